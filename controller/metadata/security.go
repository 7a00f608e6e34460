package metadata

// ACL is one access control entry, numbered as on the wire.
type ACL struct {
	ID             UUID
	ResourceType   int8
	ResourceName   string
	PatternType    int8
	Principal      string
	Host           string
	Operation      int8
	PermissionType int8
}

// ScramKey names a SCRAM credential.
type ScramKey struct {
	User      string
	Mechanism int8 // 1 SCRAM-SHA-256, 2 SCRAM-SHA-512
}

// Scram is a stored SCRAM credential; it holds no password.
type Scram struct {
	Salt, StoredKey, ServerKey []byte
	Iterations                 int32
}

// Token is the public half of a delegation token.
type Token struct {
	ID               string
	Owner, Requester string
	Renewers         []string
	IssueMs          int64
	MaxMs            int64
	ExpiryMs         int64
}
