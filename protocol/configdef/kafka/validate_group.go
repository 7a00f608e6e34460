package kafka

import (
	"fmt"
	"slices"
	"strings"

	cd "github.com/kbroker/kbroker/protocol/configdef"
)

// groupRanges: a group's value must lie between two broker keys.
var groupRanges = []struct{ key, lo, hi string }{
	{"consumer.heartbeat.interval.ms", "group.consumer.min.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms"},
	{"consumer.session.timeout.ms", "group.consumer.min.session.timeout.ms", "group.consumer.max.session.timeout.ms"},
	{"consumer.assignment.interval.ms", "group.consumer.min.assignment.interval.ms", "group.consumer.max.assignment.interval.ms"},
	{"share.heartbeat.interval.ms", "group.share.min.heartbeat.interval.ms", "group.share.max.heartbeat.interval.ms"},
	{"share.session.timeout.ms", "group.share.min.session.timeout.ms", "group.share.max.session.timeout.ms"},
	{"share.record.lock.duration.ms", "group.share.min.record.lock.duration.ms", "group.share.max.record.lock.duration.ms"},
	{"share.delivery.count.limit", "group.share.min.delivery.count.limit", "group.share.max.delivery.count.limit"},
	{"share.partition.max.record.locks", "group.share.min.partition.max.record.locks", "group.share.max.partition.max.record.locks"},
	{"share.assignment.interval.ms", "group.share.min.assignment.interval.ms", "group.share.max.assignment.interval.ms"},
	{"streams.heartbeat.interval.ms", "group.streams.min.heartbeat.interval.ms", "group.streams.max.heartbeat.interval.ms"},
	{"streams.session.timeout.ms", "group.streams.min.session.timeout.ms", "group.streams.max.session.timeout.ms"},
	{"streams.assignment.interval.ms", "group.streams.min.assignment.interval.ms", "group.streams.max.assignment.interval.ms"},
}

// groupCeilings: a group's value must not exceed a broker key.
var groupCeilings = []struct{ key, hi string }{
	{"streams.num.standby.replicas", "group.streams.max.standby.replicas"},
	{"streams.num.warmup.replicas", "group.streams.max.warmup.replicas"},
}

// groupOrders: of two values of one group the first must be the greater.
var groupOrders = []struct{ session, heartbeat string }{
	{"consumer.session.timeout.ms", "consumer.heartbeat.interval.ms"},
	{"share.session.timeout.ms", "share.heartbeat.interval.ms"},
	{"streams.session.timeout.ms", "streams.heartbeat.interval.ms"},
}

// validateGroup checks what the group sets itself. What it leaves to the broker is the broker's business.
func validateGroup(configs map[string]string, env Environment) *AlterError {
	if err := checkNames(Group, configs, "Unknown group config name: ", CodeInvalidConfig); err != nil {
		return err
	}
	values, err := parseAll(Group, configs)
	if err != nil {
		return invalidConfig(err.Error())
	}
	effective := func(name string) cd.Value {
		if _, set := configs[name]; set || len(Group.Lookup(name).Synonyms) == 0 {
			return values(name)
		}
		return env.value(Group.Lookup(name).Synonyms[0].Name)
	}
	for _, r := range groupRanges {
		lo, hi, v := env.value(r.lo).Int(), env.value(r.hi).Int(), values(r.key).Int()
		if _, set := configs[r.key]; set && (v < lo || v > hi) {
			return invalidConfig(fmt.Sprintf("%s must be in the range %d to %d inclusive.", r.key, lo, hi))
		}
	}
	for _, c := range groupCeilings {
		hi := env.value(c.hi).Int()
		if _, set := configs[c.key]; set && values(c.key).Int() > hi {
			return invalidConfig(fmt.Sprintf("%s must be less than or equal to %d", c.key, hi))
		}
	}
	for _, o := range groupOrders {
		if effective(o.session).Int() <= effective(o.heartbeat).Int() {
			return invalidConfig(fmt.Sprintf("%s must be greater than %s", o.session, o.heartbeat))
		}
	}
	return validateAssignor(configs, env)
}

func validateAssignor(configs map[string]string, env Environment) *AlterError {
	const key = "streams.assignor.name"
	name, set := configs[key]
	registered := env.value("group.streams.assignors").List()
	if !set || slices.Contains(registered, name) {
		return nil
	}
	return invalidConfig(fmt.Sprintf("%s '%s' is not a registered task assignor. Registered assignors are: [%s].",
		key, name, strings.Join(registered, ", ")))
}
