/// An expression; offsets point into the source, for messages.
///
/// Chains that generated files make long (`||` over a thousand hosts, `+`, `? :`) are flat, so that their length costs
/// no depth.
indirect enum Expression: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case text(Text)
    case regex(Pattern)
    case name(Text, at: Int)
    case this
    case array([Expression])
    case object([(key: Text, value: Expression)])
    case function(FunctionNode)
    case unary(UnaryOperator, Expression, at: Int)
    /// `++` and `--`.
    case update(Expression, by: Double, isPrefix: Bool, at: Int)
    /// Operators of one precedence, from left to right.
    case chain(Expression, [Link])
    /// `a ? b : c ? d : e`.
    case conditional([(condition: Expression, value: Expression)], otherwise: Expression)
    case assign(Expression, BinaryOperator?, Expression, at: Int)
    case member(Expression, key: Expression, at: Int)
    case call(Expression, [Expression], at: Int)
    case new(Expression, [Expression], at: Int)
    case sequence([Expression])
}

/// An operator and its right side.
struct Link: Sendable {
    var binary: BinaryOperator
    var operand: Expression
    var offset: Int
}

enum UnaryOperator: Sendable { case not, minus, plus, complement, typeOf, void, delete }

enum BinaryOperator: Sendable {
    case or, and, bitOr, bitXor, bitAnd, equal, notEqual, same, notSame, less, greater, lessOrEqual, greaterOrEqual
    case isIn, instanceOf, shiftLeft, shiftRight, shiftRightUnsigned, plus, minus, times, divided, modulo
}

/// A statement.
indirect enum Statement: Sendable {
    case expression(Expression)
    /// `var` gives values to names of the function, `let` and `const` make names of the block.
    case declare([(name: Text, value: Expression?)], isLexical: Bool, at: Int)
    case block([Statement], hasNames: Bool)
    case branches([(condition: Expression, body: Statement)], otherwise: Statement?)
    case loop(Loop)
    case each(EachLoop)
    case choose(Expression, [(value: Expression?, body: [Statement])])
    case attempt([Statement], name: Text?, handler: [Statement]?, finally: [Statement])
    case leave(Expression?)
    case interrupt(isContinue: Bool)
    case fail(Expression, at: Int)
}

/// `for (;;)`, `while` and `do`.
struct Loop: Sendable {
    var first: Statement?
    var condition: Expression?
    var step: Expression?
    var body: Statement
    /// `do`: the body comes before the condition.
    var isBodyFirst = false
    /// Whether each turn needs names of its own, because a function in the body may keep them.
    var hasOwnNames = false
}

/// `for (x in y)` and `for (x of y)`.
struct EachLoop: Sendable {
    var target: Expression
    /// Whether the target is declared here with `let` or `const`.
    var isLexical: Bool
    var collection: Expression
    /// Whether the values are meant (`of`), not the keys (`in`).
    var isOfValues: Bool
    var body: Statement
    var offset: Int
}

/// A function, or the whole script.
final class FunctionNode: Sendable {
    let name: Text
    let parameters: [Text]
    let body: [Statement]
    /// The names that `var` declares anywhere in it.
    let variables: [Text]
    /// The functions declared in it, which exist before its first statement.
    let functions: [FunctionNode]
    /// Arrow functions have no `this` and no `arguments` of their own.
    let isArrow: Bool
    let usesArguments: Bool
    let offset: Int

    init(
        name: Text, parameters: [Text], body: [Statement], variables: [Text], functions: [FunctionNode], isArrow: Bool,
        usesArguments: Bool, offset: Int
    ) {
        (self.name, self.parameters, self.body, self.variables) = (name, parameters, body, variables)
        (self.functions, self.isArrow, self.usesArguments, self.offset) = (functions, isArrow, usesArguments, offset)
    }
}
