package group

import (
	"testing"

	"github.com/cockroachdb/datadriven"
)

// transcript runs one file of testdata/transcripts under the name of what it proves.
func transcript(t *testing.T, name string) {
	w := newWorld()
	datadriven.RunTest(t, "testdata/transcripts/"+name, w.run)
}

func TestTrap041SimpleGroupsAreListed(t *testing.T)             { transcript(t, "offsets") }
func TestTrap075MembersAreToldApartByTheirIDs(t *testing.T)     { transcript(t, "classic_identity") }
func TestTrap076JoinInCompletingRebalance(t *testing.T)         { transcript(t, "classic_failures") }
func TestTrap077WhoWaitsForTheDeadIsAnswered(t *testing.T)      { transcript(t, "classic_failures") }
func TestTrap078LeavingMembersHaveTheirOwnErrors(t *testing.T)  { transcript(t, "classic_static") }
func TestTrap079MemberIDRequiredAndStaticMembers(t *testing.T)  { transcript(t, "classic_static") }
func TestTrap080CommitMetadataRoundTrips(t *testing.T)          { transcript(t, "offsets") }
func TestTrap081UnstableOffsetsAreToldApart(t *testing.T)       { transcript(t, "offset_transactions") }
func TestTrap085CommitCodesInARebalance(t *testing.T)           { transcript(t, "offsets") }
func TestTrap086ConsumerGroups(t *testing.T)                    { transcript(t, "consumer_two_members") }
func TestTrap086RefusalsOfConsumerGroups(t *testing.T)          { transcript(t, "consumer_errors") }
func TestTrap086AnotherPreferredAssignorReassigns(t *testing.T) { transcript(t, "consumer_assignor") }
func TestTrap086WhatIsBeingGivenUpIsDescribed(t *testing.T)     { transcript(t, "consumer_assignor") }
func TestTrap086AnEmptiedGroupIsAssignedAtOnce(t *testing.T)    { transcript(t, "consumer_emptied") }
func TestTrap087MalformedSubscriptionsDoNotJoin(t *testing.T)   { transcript(t, "consumer_malformed") }
func TestTrap086PatternsPickUpNewTopics(t *testing.T)           { transcript(t, "consumer_regex") }
func TestInvX02PatternsAreResolvedInParts(t *testing.T)         { transcript(t, "consumer_regex") }
func TestTrap087ClassicGroupsBecomeConsumerGroups(t *testing.T) { transcript(t, "migration") }
func TestTrap087ConsumerGroupsBecomeClassicGroups(t *testing.T) { transcript(t, "migration_down") }
func TestInvT10PendingOffsetsFollowTheirTransaction(t *testing.T) {
	transcript(t, "offset_transactions")
}
func TestInvG02StaleCommitsAndHeartbeatsAreRefused(t *testing.T) { transcript(t, "classic_static") }
func TestInvG05OffsetsInUseDoNotExpire(t *testing.T)             { transcript(t, "offset_expiry") }
func TestInvG07StaticMembersReturnUnnoticed(t *testing.T)        { transcript(t, "classic_static") }

func TestInvG02StaleMemberEpochsAreRefused(t *testing.T) { transcript(t, "consumer_two_members") }
func TestInvG03PartitionsAreGivenUpBeforeTheyAreGivenAway(t *testing.T) {
	transcript(t, "consumer_revocation_timeout")
}
func TestInvG07StaticConsumersReturnUnnoticed(t *testing.T) { transcript(t, "consumer_static") }
