/* tests/win32/posix.h has what the tests use of it */
