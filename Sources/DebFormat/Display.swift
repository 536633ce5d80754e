import LinuxIO

/// A name for messages, escaped where a terminal shouldn't get it.
func shown(_ name: String) -> String { PathText.display(name) }
