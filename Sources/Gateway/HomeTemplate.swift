// The commented `relais.json` that `relais init` writes: the settings, with their defaults (the whole
// list is in Outbox/README.md). It captures
// messages to disk until a relay is configured, so that a first start can hurt nobody.

enum HomeTemplate {
    static let configuration = """
        // Relais: the configuration of this home (JSON5). Paths are relative to this folder. An unknown or wrong setting
        // stops the start with its place and the reason; `relais check` tells before.
        {
          // API and public pages, and /healthz and /readyz: loopback, a proxy stands in front on a network.
          listen: "127.0.0.1:8025",
          opsListen: "127.0.0.1:8026",

          // The base of every link in a message; https as soon as customers read it.
          publicURL: "http://127.0.0.1:8025",

          store: "sqlite:data/relais.sqlite",

          // mirror: "/other-disk/relais.ledger",     // every objection a second time; beside the store unless said

          // templates: "../Templates",     // only when they are not beside the program, nor in RELAIS_SHARE

          providers: {
            // Writes each message to disk instead of sending it; capture: true is the consent to that.
            capture: { kind: "folder", path: "data/captured", capture: true },

            // A relay: TLS is required (STARTTLS with smtp://, from the first byte with smtps://).
            // relay: {
            //   kind: "smtp", url: "smtp://smtp.example.com:587", helo: "gw.example.com", connections: 4,
            //   username: "gateway", password: { env: "RELAY_PASSWORD" },      // or { file: "relay.password" }
            //   rate: "30/s",                   // no more than it takes
            //   signs: true,                    // it DKIM-signs: with an https publicURL, one-click is offered
            // },

            // An account at a provider of SMS; providers/README.md beside the program has the profiles, and how to add one.
            // sms: {
            //   kind: "sms", profile: "twilio", baseURL: "https://api.twilio.com", country: "IE", connections: 8,
            //   parameters: { account: "AC…", token: { env: "TWILIO_TOKEN" } },
            // },
          },

          // What `serve` and `deliver` use. Of several relays the next one takes what the one before is known not to have taken.
          routes: { email: ["capture"], sms: ["capture"] },

          // purposes: { "spring-offer": { class: "marketing" } },
          // retry: { email: { schedule: ["30m", "1h", "2h", "3h"], firstConnectRetry: "5m", lifetime: "4d",
          //                   unknownRetry: "30m" } },         // or "never", as of SMS: a person decides what may have arrived
          // recipients: { allow: ["*@staging.example"] },        // a staging copy writes to nobody else
          // retention: { content: "30d", attempts: "13mo" },
          // pages: { lifetime: "14d" },      // of a message as a web page; as long as its content unless said
          // limits: { diskFloor: "1GB", requestsPerSecond: 10000, burst: 20000 },      // the last two: of one API key
          // alerts: { webhook: "https://ops.example.com/relais" },        // a stopped provider, a full disk …
          // trustedProxies: ["127.0.0.1"],   // a proxy in front that says who a visitor is (X-Forwarded-For)
          // log: { format: "json", level: "debug" },        // text and info unless said; debug has a line a request
          // shutdownGrace: "30s",
        }

        """
}
