import LinuxIO

/// A name for messages: quoted where it is empty, escaped where a terminal shouldn't get it.
func shown(_ name: String) -> String { name.isEmpty ? "\"\"" : PathText.display(name) }
