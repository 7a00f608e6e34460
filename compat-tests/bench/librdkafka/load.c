/* The load program of librdkafka. Arguments are key=value: do=produce|consume|latency, bootstrap, topic, partitions,
 * records, acks, codec, batch, linger, payloads, rate, seconds, size, latencies, limit. It ends with one line,
 * records=N bytes=N seconds=S ended=UNIXNANOS; latency writes µs, a line each, into the file that latencies names. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <librdkafka/rdkafka.h>

enum { MAX_LINES = 100000, QUEUE_MESSAGES = 50000 };

static int argc_;
static char **argv_;

static void die(const char *what, const char *why) {
        fprintf(stderr, "librdkafka: %s: %s\n", what, why);
        exit(1);
}

static const char *text(const char *key) {
        size_t n = strlen(key);
        for (int i = 1; i < argc_; i++)
                if (!strncmp(argv_[i], key, n) && argv_[i][n] == '=')
                        return argv_[i] + n + 1;
        die(key, "missing argument");
        return NULL;
}

static long number(const char *key) {
        const char *s = text(key);
        char *end;
        long n = strtol(s, &end, 10);
        if (!*s || *end)
                die(key, "not a number");
        return n;
}

static int64_t now_ns(void) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void set(rd_kafka_conf_t *c, const char *k, const char *v) {
        char err[512];
        if (rd_kafka_conf_set(c, k, v, err, sizeof err) != RD_KAFKA_CONF_OK)
                die(k, err);
}

static void set_number(rd_kafka_conf_t *c, const char *k, long v) {
        char buf[32];
        snprintf(buf, sizeof buf, "%ld", v);
        set(c, k, buf);
}

static rd_kafka_t *handle(rd_kafka_type_t type, rd_kafka_conf_t *c) {
        char err[512];
        set(c, "bootstrap.servers", text("bootstrap"));
        rd_kafka_t *rk = rd_kafka_new(type, c, err, sizeof err);
        if (!rk)
                die("new handle", err);
        return rk;
}

static long acked, refused;
static rd_kafka_resp_err_t refusal;

static void delivered(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque) {
        (void)rk;
        (void)opaque;
        if (m->err) {
                refused++;
                refusal = m->err;
        } else
                acked++;
}

static rd_kafka_t *producer(void) {
        rd_kafka_conf_t *c = rd_kafka_conf_new();
        int all = !strcmp(text("acks"), "all");
        set(c, "acks", text("acks"));
        set(c, "enable.idempotence", all ? "true" : "false");
        set(c, "compression.codec", text("codec"));
        set_number(c, "batch.size", number("batch"));
        set_number(c, "linger.ms", number("linger"));
        set(c, "max.in.flight.requests.per.connection", "5");
        set(c, "socket.nagle.disable", "true");
        set_number(c, "queue.buffering.max.messages", QUEUE_MESSAGES);
        rd_kafka_conf_set_dr_msg_cb(c, delivered);
        return handle(RD_KAFKA_PRODUCER, c);
}

static rd_kafka_t *consumer(void) {
        rd_kafka_conf_t *c = rd_kafka_conf_new();
        set(c, "group.id", "unused"); /* asked for by assign, never joined */
        set(c, "enable.auto.commit", "false");
        set(c, "fetch.wait.max.ms", "500");
        set(c, "check.crcs", "true");
        set(c, "socket.nagle.disable", "true");
        rd_kafka_t *rk = handle(RD_KAFKA_CONSUMER, c);
        rd_kafka_poll_set_consumer(rk);
        rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(1);
        for (long p = 0; p < number("partitions"); p++)
                rd_kafka_topic_partition_list_add(l, text("topic"), (int32_t)p)->offset = 0;
        rd_kafka_resp_err_t err = rd_kafka_assign(rk, l);
        if (err)
                die("assign", rd_kafka_err2str(err));
        rd_kafka_topic_partition_list_destroy(l);
        return rk;
}

static void send_one(rd_kafka_t *rk, const void *value, size_t size) {
        for (;;) {
                rd_kafka_resp_err_t err = rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(text("topic")), RD_KAFKA_V_VALUE((void *)value, size),
                                                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
                if (!err)
                        return;
                if (err != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                        die("produce", rd_kafka_err2str(err));
                rd_kafka_poll(rk, 10);
        }
}

static void flush(rd_kafka_t *rk, long want) {
        rd_kafka_resp_err_t err = rd_kafka_flush(rk, (int)number("limit") * 1000);
        if (err)
                die("flush", rd_kafka_err2str(err));
        if (refused || acked != want)
                die("produce", refused ? rd_kafka_err2str(refusal) : "not everything was acknowledged");
}

static char *lines[MAX_LINES];
static int line_count;

static void read_lines(void) {
        FILE *f = fopen(text("payloads"), "r");
        if (!f)
                die("payloads", strerror(errno));
        size_t cap = 0;
        ssize_t n;
        for (char *l = NULL; line_count < MAX_LINES && (n = getline(&l, &cap, f)) > 0; l = NULL, cap = 0) {
                if (l[n - 1] == '\n')
                        l[n - 1] = 0;
                lines[line_count++] = l;
        }
        fclose(f);
        if (!line_count)
                die("payloads", "empty");
}

static void report(long records, int64_t bytes, int64_t ns) {
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        printf("records=%ld bytes=%lld seconds=%.6f ended=%lld\n", records, (long long)bytes, (double)ns / 1e9,
               (long long)t.tv_sec * 1000000000 + t.tv_nsec);
}

static void produce(void) {
        read_lines();
        size_t sizes[MAX_LINES];
        for (int i = 0; i < line_count; i++)
                sizes[i] = strlen(lines[i]);
        rd_kafka_t *rk = producer();
        long records = number("records");
        /* the first record finds the leader and takes a producer id, before the clock starts */
        send_one(rk, lines[0], sizes[0]);
        flush(rk, 1);
        int64_t bytes = (int64_t)sizes[0], start = now_ns();
        for (long i = 1; i < records; i++) {
                int l = (int)(i % line_count);
                send_one(rk, lines[l], sizes[l]);
                bytes += (int64_t)sizes[l];
                if (i % 1000 == 0)
                        rd_kafka_poll(rk, 0);
        }
        flush(rk, records);
        report(records, bytes, now_ns() - start);
        rd_kafka_destroy(rk);
}

static void consume(void) {
        long want = number("records"), got = 0;
        int64_t bytes = 0, start = now_ns();
        rd_kafka_t *rk = consumer();
        rd_kafka_queue_t *q = rd_kafka_queue_get_consumer(rk);
        rd_kafka_message_t *m[1000];
        while (got < want) {
                ssize_t n = rd_kafka_consume_batch_queue(q, 1000, m, 1000);
                for (ssize_t i = 0; i < n; i++) {
                        if (m[i]->err && m[i]->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
                                die("consume", rd_kafka_message_errstr(m[i]));
                        if (!m[i]->err) {
                                got++;
                                bytes += (int64_t)m[i]->len;
                        }
                        rd_kafka_message_destroy(m[i]);
                }
        }
        report(got, bytes, now_ns() - start);
        rd_kafka_queue_destroy(q);
        rd_kafka_destroy(rk);
}

/* next waits for a record. */
static rd_kafka_message_t *next(rd_kafka_t *c) {
        for (;;) {
                rd_kafka_message_t *m = rd_kafka_consumer_poll(c, 1000);
                if (m && m->err)
                        die("consume", rd_kafka_message_errstr(m));
                if (m)
                        return m;
        }
}

/* Latency: a thread sends each record when it is due; its value begins with that time. */
static long pace_records;

static void *pace(void *arg) {
        rd_kafka_t *rk = arg;
        size_t size = (size_t)number("size");
        char *value = calloc(1, size < 8 ? 8 : size);
        int64_t interval = 1000000000 / number("rate"), due = now_ns() + 200000000;
        for (long i = 0; i < pace_records; i++, due += interval) {
                struct timespec t = {due / 1000000000, due % 1000000000};
                clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
                memcpy(value, &due, 8);
                send_one(rk, value, size);
                rd_kafka_poll(rk, 0);
        }
        free(value);
        return NULL;
}

static void latency(void) {
        long rate = number("rate"), seen = 0;
        pace_records = rate * number("seconds") + rate / 2; /* the first half second warms up */
        FILE *f = fopen(text("latencies"), "w");
        if (!f)
                die("latencies", strerror(errno));
        rd_kafka_t *c = consumer(), *p = producer();
        /* one record through both before the clock starts */
        char *first = calloc(1, (size_t)number("size"));
        send_one(p, first, (size_t)number("size"));
        free(first);
        flush(p, 1);
        rd_kafka_message_destroy(next(c));
        pthread_t thread;
        int64_t start = now_ns();
        if (pthread_create(&thread, NULL, pace, p))
                die("thread", strerror(errno));
        while (seen < pace_records) {
                rd_kafka_message_t *m = next(c);
                int64_t now = now_ns(), due;
                memcpy(&due, m->payload, 8);
                if (++seen > rate / 2)
                        fprintf(f, "%lld\n", (long long)((now - due) / 1000));
                rd_kafka_message_destroy(m);
        }
        pthread_join(thread, NULL);
        flush(p, ++seen);
        report(seen, seen * (int64_t)number("size"), now_ns() - start);
        if (fclose(f))
                die("latencies", strerror(errno));
        rd_kafka_destroy(p);
        rd_kafka_destroy(c);
}

int main(int argc, char **argv) {
        argc_ = argc;
        argv_ = argv;
        alarm((unsigned)number("limit")); /* a load that hangs ends */
        const char *what = text("do");
        if (!strcmp(what, "produce"))
                produce();
        else if (!strcmp(what, "consume"))
                consume();
        else if (!strcmp(what, "latency"))
                latency();
        else
                die(what, "produce, consume or latency");
        return 0;
}
