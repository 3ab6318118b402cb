// One form for one number, never one for two people; what would have to be guessed is refused.

import Domain
import Testing

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "have one form, however they are written",
        arguments: [
            "+352621123456", "+352 621 123 456", "+352 621 123456 ", "+352-621-123-456", "+352.621.123.456",
            "+352 (621) 123456", "(+352) 621123456", "+352/621123456", "+352\u{A0}621\u{202F}123456",
        ])
    func oneForm(text: String) throws {
        #expect(try PhoneNumber(text).e164 == "+352621123456")
    }

    @Test("stay apart")
    func apart() throws {
        let numbers = [
            "+352621123456", "+352621123457", "+35262112345", "+33621123456", "+390621123456", "+39621123456",
        ]
        #expect(try Set(numbers.map { try PhoneNumber($0).e164 }).count == numbers.count)
    }

    @Test("are shown as they were written")
    func written() throws {
        #expect(try PhoneNumber(" +352 621 123 456 ").written == "+352 621 123 456")
    }

    @Test(
        "keep Italy's 0 and refuse a trunk 0 where there is none",
        arguments: [
            ("+39 06 6982 1234", "+390669821234"), ("+33 06 12 34 56 78", nil),
            ("+33 6 12 34 56 78", "+33612345678"),
            ("+352 0621 123456", nil), ("+32 0475 123456", nil), ("+31 06 12345678", nil),
            ("+41 079 123 45 67", nil), ("+43 0664 1234567", nil), ("+44 07911 123456", nil),
            ("+49 0151 12345678", nil), ("+353 085 123 4567", nil), ("+351 0912 345 678", nil),
            ("+34 0612 345 678", nil), ("+44 (0) 7911 123456", nil), ("+46 (0)8 123456", nil),
            ("+46 ( 0)8 123456", nil), ("+46 (0\u{A0})8 123456", nil), ("+46 8 123456", "+468123456"),
        ] as [(String, String?)])
    func trunkZero(text: String, e164: String?) {
        #expect((try? PhoneNumber(text))?.e164 == e164)
    }

    @Test(
        "are refused in a national notation or with anything but digits",
        arguments: [
            "", "+", " ", "621123456", "0621123456", "00352621123456", "++352621123456", "+352+621123456",
            "+0352621123", "tel:+352621123456", "+352621123456;ext=1", "+352621123456x12", "+352621123456\n",
            "+352621\r\n123456", "+35262112345\u{663}", "+35262112345６", "+\u{301}352621123456",
            "+352621123456\u{301}", "+352\u{0}621123456", "+352—621—123456", "＋352621123456", "+352 CALL ME",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try PhoneNumber(text) }
    }

    @Test("have 7 to 15 digits", arguments: 1...20)
    func digits(count: Int) {
        let text = "+" + String(repeating: "7", count: count)
        #expect(((try? PhoneNumber(text)) != nil) == (7...15).contains(count))
    }
}
