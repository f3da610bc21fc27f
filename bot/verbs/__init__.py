"""The verbs of the command line, one file per family. Each is thin: read inputs, call the library, print."""
