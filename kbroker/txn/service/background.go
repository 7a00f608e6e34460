package service

import (
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
)

// complete writes that every marker of a decision is written.
func (s *Service) complete(partition int32, d txn.Decision, done func(error)) {
	s.rt.Write(partition, d.TransactionalID, txn.Complete(d), func(_ any, err error) { done(err) })
}

// overdue aborts transactions that are older than their timeout. What fails is found again at the next look.
func (s *Service) overdue(_ int32, list []txn.Overdue) {
	for _, o := range list {
		s.cfg.Logger.Info("a transaction is older than its timeout and is aborted", "transactionalId", o.TransactionalID,
			"producerId", o.ID, "producerEpoch", o.Epoch)
		s.writeWithID(o.TransactionalID, func(newID int64) coordinator.Handler {
			o.NewID = newID
			return txn.AbortOverdue(o)
		}, func(_ any, err error) {
			if err != nil {
				s.cfg.Logger.Warn("a transaction could not be aborted yet", "transactionalId", o.TransactionalID, "err", err)
			}
		})
	}
}

// undecided asks a little later whether a decision stands, until it is known.
func (s *Service) undecided(partition int32, id string) {
	s.sender.Later(partition, func() {
		s.rt.Write(partition, id, txn.Resume(id), func(_ any, err error) {
			// Once queued, the machine itself says when nothing is known yet.
			if errors.Is(err, kerr.CoordinatorNotAvailable) || errors.Is(err, kerr.CoordinatorLoadInProgress) {
				s.undecided(partition, id)
			}
		})
	})
}
