// expect http://ads.example/banner -> PROXY block.example:9
// expect http://ads.example/allowed -> DIRECT
// expect http://plain.example/ -> DIRECT
// The form of filter lists: objects with prototypes, kept by key.
function Filter(text) { this.text = text; }
Filter.prototype = { matches: function (url) { return url.indexOf(this.text) != -1; } };
function Exception(text) { Filter.call(this, text); }
Exception.prototype = { __proto__: Filter.prototype };
Exception.prototype.__proto__ = Filter.prototype;
Exception.prototype.isException = true;

function Matcher() { this.byKey = {}; this.list = new Array(); }
Matcher.prototype.add = function (filter) {
  if (!(filter.text in this.byKey)) this.byKey[filter.text] = [];
  this.byKey[filter.text].push(filter);
  this.list.push(filter);
};
Matcher.prototype.find = function (url) {
  var found = null;
  for (var i = 0, n = this.list.length; i < n; i++) {
    var filter = this.list[i];
    if (!filter.matches(url)) continue;
    if (filter instanceof Exception && filter.isException) return filter;
    found = filter;
  }
  return found;
};
var matcher = new Matcher();
matcher.add(new Filter("ads."));
matcher.add(new Exception("/allowed"));
(function () { matcher.add(new Filter("tracker")); })();
function FindProxyForURL(url, host) {
  var filter = matcher.find(url);
  return filter && !filter.isException ? "PROXY block.example:9" : "DIRECT";
}
