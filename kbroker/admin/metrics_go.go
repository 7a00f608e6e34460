package admin

import (
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"time"
)

// goRuntime writes go_*, named as the Go collectors of other programs name them.
//
// The counts of allocations are exact at the moment they are read: ReadMemStats stops the world, some tens of
// microseconds, and collects what each processor counts for itself. The same counts in runtime/metrics lag behind.
func (p *page) goRuntime() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.whole("go_memstats_mallocs_total", counter, "Heap objects allocated.", m.Mallocs)
	p.whole("go_memstats_frees_total", counter, "Heap objects freed.", m.Frees)
	p.whole("go_memstats_alloc_bytes_total", counter, "Bytes of heap objects allocated.", m.TotalAlloc)
	p.whole("go_memstats_alloc_bytes", gauge, "Bytes of heap objects in use or not yet freed.", m.Alloc)
	p.whole("go_memstats_sys_bytes", gauge, "Bytes obtained from the system.", m.Sys)
	p.whole("go_memstats_heap_alloc_bytes", gauge, "Bytes of heap objects in use or not yet freed.", m.HeapAlloc)
	p.whole("go_memstats_heap_sys_bytes", gauge, "Bytes of heap obtained from the system.", m.HeapSys)
	p.whole("go_memstats_heap_idle_bytes", gauge, "Bytes of heap spans without objects.", m.HeapIdle)
	p.whole("go_memstats_heap_inuse_bytes", gauge, "Bytes of heap spans with objects.", m.HeapInuse)
	p.whole("go_memstats_heap_released_bytes", gauge, "Bytes of heap given back to the system.", m.HeapReleased)
	p.whole("go_memstats_heap_objects", gauge, "Heap objects in use or not yet freed.", m.HeapObjects)
	p.whole("go_memstats_stack_inuse_bytes", gauge, "Bytes of stacks.", m.StackInuse)
	p.whole("go_memstats_stack_sys_bytes", gauge, "Bytes of stacks obtained from the system.", m.StackSys)
	p.whole("go_memstats_gc_sys_bytes", gauge, "Bytes that the collector keeps for itself.", m.GCSys)
	p.whole("go_memstats_other_sys_bytes", gauge, "Bytes of other parts of the runtime.", m.OtherSys)
	p.whole("go_memstats_next_gc_bytes", gauge, "Bytes of heap at which the next collection is due.", m.NextGC)
	p.real("go_memstats_last_gc_time_seconds", gauge, "When the last collection ended, in seconds since 1970.", float64(m.LastGC)/1e9)
	p.collections()
	p.whole("go_goroutines", gauge, "Goroutines.", uint64(runtime.NumGoroutine()))
	p.whole("go_threads", gauge, "Threads that the runtime has created.", uint64(pprof.Lookup("threadcreate").Count()))
	p.whole("go_sched_gomaxprocs_threads", gauge, "Threads that may run Go code at once.", uint64(runtime.GOMAXPROCS(0)))
	p.describe("go_info", gauge, "What the program was built with.")
	p.series("go_info{version="+strconv.Quote(runtime.Version())+"}", 1)
}

// collections writes how long the collector has stopped the world.
func (p *page) collections() {
	const name = "go_gc_duration_seconds"
	pauses := debug.GCStats{PauseQuantiles: make([]time.Duration, 5)}
	debug.ReadGCStats(&pauses)
	p.describe(name, summary, "Pauses of the collector.")
	for i, q := range []string{"0", "0.25", "0.5", "0.75", "1"} {
		p.series(name+`{quantile="`+q+`"}`, pauses.PauseQuantiles[i].Seconds())
	}
	p.series(name+"_sum", pauses.PauseTotal.Seconds())
	p.series(name+"_count", float64(pauses.NumGC))
}
