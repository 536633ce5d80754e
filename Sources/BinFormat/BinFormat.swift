// The module's first file; its content follows.
