// Package service is the transaction coordinators of one broker, as the API room and the composition root see them: it finds
// the partition that coordinates a transactional id, lets its machine decide (package txn, on coordinator/runtime), fetches
// producer ids where the machine asks for one, and lets package marker bring decisions to partitions.
package service
