//! A strict AWS STS on loopback, for the tests and the demo of aws-auth.
