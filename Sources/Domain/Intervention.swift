// What a message is about: one piece of work on a vehicle, with its media, its quote and its attached files. Media are
// known by their links and never stored here. Values only; the reader of the request checks them.

package struct Intervention: Sendable {
    package var reference: String?
    package var vehicle: Vehicle?
    package var media: [Media]
    package var quote: Quote?
    package var attachments: [Attachment]

    package init(
        reference: String?, vehicle: Vehicle?, media: [Media], quote: Quote?, attachments: [Attachment]
    ) {
        self.reference = reference
        self.vehicle = vehicle
        self.media = media
        self.quote = quote
        self.attachments = attachments
    }
}

package struct Vehicle: Sendable {
    package var make: String?
    package var model: String?
    package var plate: String?

    package init(make: String?, model: String?, plate: String?) {
        self.make = make
        self.model = model
        self.plate = plate
    }
}

/// A photo, a video or a file, known by its link.
package struct Media: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case photo
        case video
        case file
    }

    package var kind: Kind
    package var title: String?
    package var url: WebLink
    package var thumbnail: WebLink?
    package var durationSeconds: Int?

    package init(kind: Kind, title: String?, url: WebLink, thumbnail: WebLink?, durationSeconds: Int?) {
        self.kind = kind
        self.title = title
        self.url = url
        self.thumbnail = thumbnail
        self.durationSeconds = durationSeconds
    }
}

/// The dealership's offer; its total is the caller's and never summed here.
package struct Quote: Sendable {
    package struct Line: Sendable {
        package var label: String
        package var amount: MoneyAmount

        package init(label: String, amount: MoneyAmount) {
            self.label = label
            self.amount = amount
        }
    }

    package var currency: CurrencyCode
    package var lines: [Line]
    package var total: MoneyAmount
    package var approvalURL: WebLink?

    package init(currency: CurrencyCode, lines: [Line], total: MoneyAmount, approvalURL: WebLink?) {
        self.currency = currency
        self.lines = lines
        self.total = total
        self.approvalURL = approvalURL
    }
}

package struct Attachment: Sendable {
    package var name: String
    package var url: WebLink

    package init(name: String, url: WebLink) {
        self.name = name
        self.url = url
    }
}
