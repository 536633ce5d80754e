// expect http://one.example/ -> PROXY one:1
// expect http://two.example/ -> PROXY two:2
// expect http://six.example/ -> PROXY else:9
// Lines end in CR LF, the file starts with a byte order mark, semicolons are missing; Zürich and 東京 stand in comments.
function FindProxyForURL (url, host) {
  var n = host.split('.')[0]
  var answer = n == 'one' ? 'PROXY one:1'
    : n == 'two' ? "PROXY two:" + -(-2)
    : n == 'three' ? 'PROXY \x74hree:3'
    : 'PROXY els\u0065:9'
  ;;
  return answer
}
