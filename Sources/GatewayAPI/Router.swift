// From a request to its handler: path, method, key, scope, in this order. A path that is not there is 404, a method that is not
// offered there 405 with `Allow`; HEAD is GET without its body. Work leaves the http thread through a bounded queue; when it
// is full the answer is 503 with `Retry-After`, at once. A visitor who opens too many pages gets 429; an objection is never turned away for that. What customers open has a queue of its own, so that no flood of messages keeps
// anybody from unsubscribing. Every response carries the same protective header fields. A link that a mail program cut is 404 as a page,
// for the person who followed it.

import Domain
import HTTPServer
import Intake
import OutboxStore
import Runtime

/// Answers one request, once, from any thread.
typealias Answer = @Sendable (HTTPResponse) -> Void

package struct Router: Sendable {
    package let routes: [Route]
    private let authentication: Authentication
    private let limiter: RateLimiter<APIKeyID>
    private let visitors: RateLimiter<IPAddress>
    private let work: WorkQueue
    /// For what needs no key.
    private let publicWork: WorkQueue
    private let page: PublicPage?
    private let metrics: Metrics
    private let log: Log
    private let isPublicURLSecure: Bool

    init(
        routes: [Route], authentication: Authentication, limiter: RateLimiter<APIKeyID>,
        visitors: RateLimiter<IPAddress>, work: WorkQueue,
        publicWork: WorkQueue, page: PublicPage? = nil, metrics: Metrics,
        log: Log, isPublicURLSecure: Bool
    ) {
        self.routes = routes
        self.authentication = authentication
        self.limiter = limiter
        self.visitors = visitors
        self.work = work
        self.publicWork = publicWork
        self.page = page
        self.metrics = metrics
        self.log = log
        self.isPublicURLSecure = isPublicURLSecure
    }

    /// What a request is granted: what its route says. A request without a route may have a body too, so that a mistyped path is told
    /// 404 or 405, and not that its body is too long.
    package func allowance(_ head: HTTPRequestHead) -> RequestAllowance {
        let path = PathPattern.Requested(head.path)
        let operation = matches(path).first { $0.route.method == head.method }?.route.operation
        return RequestAllowance(
            bodyLimit: operation?.bodyLimit ?? Intake.requestLimit,
            handlerDeadline: operation?.handlerDeadline)
    }

    private static let requests = Metrics.Family(
        "relais_http_requests", "Requests that were answered.", labels: ["operation", "status"])
    private static let durations = Metrics.Family(
        "relais_http_request_duration_seconds", "From a request's last byte to its answer.",
        labels: ["operation"])

    package func handle(_ request: HTTPRequest, _ responder: Responder) {
        let matches = matches(PathPattern.Requested(request.path))
        let method = Self.method(of: request)
        let match = matches.first { $0.route.method == method }
        let start = ContinuousClock.now
        let answer: KeyedAnswer = { response, key in
            let duration = ContinuousClock.now - start
            let operation = match?.route.operation.id ?? "none"
            // Before the answer: whoever has it finds it counted.
            metrics.count(Self.requests, operation, "\(response.status)")
            metrics.time(Self.durations, duration, operation)
            // A 500 is a defect that somebody will ask about by its id.
            log(
                response.status == 500 ? .error : .debug, "request",
                [
                    "request": .request(request.id), "method": match?.route.logged.method ?? "-",
                    "route": match?.route.logged.path ?? "-", "status": .number(response.status),
                    "milliseconds": .milliseconds(duration), "key": key.map { .id($0.id) } ?? "-",
                    "dealership": key?.dealership.map { .dealership($0) } ?? "-",
                ])
            responder.respond(protected(response))
        }
        if match?.route.operation.isLimitedByAddress == true, let client = request.client, !client.isLoopback,
            let seconds = visitors.take(client.visitor).retryAfterSeconds
        {
            return answer(Problem.tooMany(seconds, "more than limits.pagesPerSecond from one address"), nil)
        }
        let isPublic = matches.contains { $0.route.operation.scope == nil }
        if !(isPublic ? publicWork : work).submit({ route(request, match, matches, answer) }) {
            answer(Problem.unavailable("too much is waiting; try again shortly"), nil)
        }
    }

    /// An answer, and the key that it is for.
    private typealias KeyedAnswer = @Sendable (HTTPResponse, APIKeyRecord?) -> Void

    private func route(
        _ request: HTTPRequest, _ match: Match?, _ matches: [Match], _ keyed: @escaping KeyedAnswer
    ) {
        let answer: Answer = { keyed($0, nil) }
        guard let match else {
            return answer(matches.isEmpty ? notFound(request) : notAllowed(matches.map(\.route.method)))
        }
        var call = Call(request: request, values: match.values, key: nil)
        guard let scope = match.route.operation.scope else { return match.route.handler(call, answer) }
        let key: APIKeyRecord
        do {
            key = try authentication.key(of: request)
        } catch {
            return answer(error.response)
        }
        let allowance = limiter.take(key.id)
        let limited: Answer = { keyed($0.adding(allowance.fields), key) }
        if let seconds = allowance.retryAfterSeconds {
            return limited(
                Problem.tooMany(seconds, "this key asks more than limits.requestsPerSecond; nothing was done")
            )
        }
        do {
            try authentication.check(key, for: scope, match.route.operation.holder)
        } catch {
            return limited(error.response)
        }
        call.key = key
        match.route.handler(call, limited)
    }

    /// A route that a request's path is of, and the path's values.
    private struct Match {
        let route: Route
        let values: [String: String]
    }

    /// The routes of a path. One that is written out in the table goes before one that has a value in that place: `/v1/messages/batch` is no
    /// message.
    private func matches(_ path: PathPattern.Requested) -> [Match] {
        let all = routes.compactMap { route in
            route.path.match(path).map { Match(route: route, values: $0) }
        }
        let fewest = all.map(\.values.count).min()
        return all.filter { $0.values.count == fewest }
    }

    private func notFound(_ request: HTTPRequest) -> HTTPResponse {
        guard let page, PublicPage.isAt(request.path) else { return Problem.notFound }
        return page.notFound(request)
    }

    private static func method(of request: HTTPRequest) -> String {
        request.method == "HEAD" ? "GET" : request.method
    }

    private func notAllowed(_ methods: [String]) -> HTTPResponse {
        let allowed = methods.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }
        return Problem.response(
            405, "method", "this method is not offered here",
            headers: [HTTPField(name: "Allow", value: allowed.joined(separator: ", "))])
    }

    /// Reliability (c) 18: nothing is cached, sniffed, framed or told to the next site.
    private func protected(_ response: HTTPResponse) -> HTTPResponse {
        var fields = HTTPResponse.protection
        if isPublicURLSecure {
            fields.append(HTTPField(name: "Strict-Transport-Security", value: "max-age=31536000"))
        }
        if !response.headers.contains(where: { $0.isNamed("Content-Security-Policy") }) {
            fields.append(HTTPResponse.closedPolicy)
        }
        return response.adding(fields)
    }
}

extension HTTPResponse {
    fileprivate func adding(_ fields: [HTTPField]) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers + fields, body: body)
    }
}
