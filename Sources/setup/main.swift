import Glibc
import SetupCore

exit(SetupProgram.run(CommandLine.arguments))
