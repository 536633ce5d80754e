/// All that a PAC script can learn about the machine; the module itself asks nothing of it.
public struct Environment {
    /// A time of day, in some time zone.
    public struct Moment: Sendable, Equatable {
        /// Year, with century.
        public var year: Int
        /// Month from 1.
        public var month: Int
        /// Day of the month from 1.
        public var day: Int
        /// Day of the week; Sunday is 0.
        public var weekday: Int
        /// Hour from 0.
        public var hour: Int
        /// Minute from 0.
        public var minute: Int
        /// Second from 0.
        public var second: Int

        /// Makes a moment of its parts.
        public init(year: Int, month: Int, day: Int, weekday: Int, hour: Int, minute: Int, second: Int) {
            (self.year, self.month, self.day, self.weekday) = (year, month, day, weekday)
            (self.hour, self.minute, self.second) = (hour, minute, second)
        }
    }

    /// The addresses of a host name, without brackets; empty where it has none.
    public var resolve: (String) -> [String] = { _ in [] }
    /// This machine's addresses, those with which it would reach the network first.
    public var ownAddresses: () -> [String] = { [] }
    /// The local time and the time in UTC.
    public var now: () -> (local: Moment, utc: Moment) = {
        let epoch = Moment(year: 1970, month: 1, day: 1, weekday: 4, hour: 0, minute: 0, second: 0)
        return (epoch, epoch)
    }
    /// Any number from 0 up to but not including 1.
    public var random: () -> Double = { 0.5 }
    /// Whether the time for the evaluation is up; asked every now and then.
    public var isTimeUp: () -> Bool = { false }

    /// An environment in which no name exists; set what is needed.
    public init() {}
}
