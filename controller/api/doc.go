// Package api holds one file per API that the controller decides: key, versions, behaviour, what each version added, and
// what is left out. The table names them all.
//
// Whoever calls has authorized the request and has taken out what the principal may not do or see.
package api
