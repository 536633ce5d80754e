import SetupCore
