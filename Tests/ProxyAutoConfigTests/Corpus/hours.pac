// expect http://time.example/ -> PROXY weekday:1
// expect http://night.example/ -> DIRECT
// expect http://summer.example/ -> PROXY summer:1
// expect http://date.example/ -> PROXY wed:14
// The tests' clock stands at Wednesday, 15 July 2026, 14:30:45 UTC, which is 16:30:45 there.
function FindProxyForURL(url, host) {
  if (host == "time.example" && weekdayRange("MON", "FRI") && timeRange(8, 18)) return "PROXY weekday:1";
  if (host == "night.example") {
    if (timeRange(22, 0, 6, 0) || weekdayRange("SAT", "SUN") || timeRange(16, 31, 23, 0)) return "PROXY night:1";
    return "DIRECT";
  }
  if (dateRange(1, "JUN", 31, "AUG") && !dateRange("JAN") && dateRange(2026) && host == "summer.example")
    return "PROXY summer:1";
  var now = new Date();
  var day = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][now.getDay()];
  return "PROXY " + day + ":" + now.getUTCHours();
}
