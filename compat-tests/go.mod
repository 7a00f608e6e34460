module github.com/kbroker/kbroker/compat-tests

go 1.26
