import Diagnostics
import RepositoryFiles
import Testing

@testable import YUMRepository

@Suite struct FaultListTests {
    @Test(arguments: [1, 2, 7]) func `of each kind fifty are kept, with the number of the others`(threads: Int) throws {
        var list = FaultList()
        list.fail("a", "p", "first")
        try list.gather(200, threads: threads) { index, list throws(Failure) in
            if index.isMultiple(of: 2) { list.fail("a", "p\(index)", "is wrong") }
            if index == 199 { for number in 0..<70 { list.warn("b", "q", "\(number)") } }
        }
        let all = list.all
        #expect(all.count == 102)
        #expect(all.prefix(3).map(\.path) == ["p", "p0", "p2"])
        #expect(all.filter { $0.id == "a" }.count == 51)
        #expect(all.contains(RepositoryFault(.error, "a", path: "", "and 51 more like these")))
        #expect(all.contains(RepositoryFault(.warning, "b", path: "", "and 20 more like these")))
    }

    @Test func `what is no property of the repository is thrown`() {
        var list = FaultList()
        #expect(throws: Failure(.failed, "x")) { try list.add(Failure(.failed, "x"), "a", "p") }
        #expect(throws: Never.self) { try list.add(Failure(.integrity, "x", cause: "y"), "a", "p") }
        #expect(list.all == [RepositoryFault(.error, "a", path: "p", "x: y")])
        #expect(throws: Failure(.requirement, "no gpg")) {
            try list.gather(3, threads: 2) { index, _ throws(Failure) in
                if index == 1 { throw Failure(.requirement, "no gpg") }
            }
        }
    }
}
