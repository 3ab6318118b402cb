// Every colour is readable: as text on the pages' backgrounds, under text, and in both styles; and the pages' own colours are, too.

import Foundation
import Support
import Testing

@testable import Composer

struct BrandColourTests {
    /// A grid over all colours, with the corners.
    private static let colours = stride(from: 0, through: 255, by: 15).flatMap { red in
        stride(from: 0, through: 255, by: 15).flatMap { green in
            stride(from: 0, through: 255, by: 15).map { blue in
                BrandColour.RGB(channels: [Double(red), Double(green), Double(blue)])
            }
        }
    }

    /// The declared colours of `page.css` in a style.
    private static func variables(_ isDark: Bool) throws -> [String: BrandColour.RGB] {
        let css = try RepositoryFolder.text(of: "Templates/pages/page.css")
        let dark = try #require(css.range(of: "@media (prefers-color-scheme: dark)"))
        let part = isDark ? css[dark.upperBound...] : css[..<dark.lowerBound]
        return part.matches(of: /--([a-z-]+): (#[0-9a-f]{6});/).reduce(into: [:]) { all, match in
            all[String(match.output.1)] = BrandColour.RGB(String(match.output.2))
        }
    }

    /// Values that others computed (WebAIM's contrast checker, and the examples of WCAG 2.2).
    @Test(
        arguments: [
            ("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48),
            ("#767676", "#ffffff", 4.54), ("#c2410c", "#ffffff", 5.18), ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#000000", 2.44),
        ])
    func contrastIsThatOfTheGuidelines(first: String, second: String, ratio: Double) throws {
        let (first, second) = (try #require(BrandColour.RGB(first)), try #require(BrandColour.RGB(second)))
        #expect(abs(first.contrast(with: second) - ratio) < 0.005)
        #expect(first.contrast(with: second) == second.contrast(with: first))
    }

    @Test func everyColourIsReadableInBothStyles() throws {
        #expect(Self.colours.count == 18 * 18 * 18)
        for colour in Self.colours {
            let brand = try #require(BrandColour(colour.description))
            #expect(brand.colour == colour)
            for (scheme, backgrounds) in [
                (brand.light, BrandColour.lightBackgrounds), (brand.dark, BrandColour.darkBackgrounds),
            ] {
                // As CSS reads it, and not only as the arithmetic has it.
                let ink = try #require(BrandColour.RGB(scheme.ink.description))
                for background in backgrounds { #expect(ink.contrast(with: background) >= 4.5, "\(colour)") }
                #expect(scheme.onInk.contrast(with: ink) >= 4.5, "\(colour)")
            }
        }
    }

    @Test func whatIsReadableStaysAsItIs() throws {
        let brand = try #require(BrandColour("#1259c3"))
        #expect(brand.light.ink.description == "#1259c3" && brand.light.onInk == .white)
        #expect(brand.dark.ink != brand.colour)
        let yellow = try #require(BrandColour("#ffd400"))
        #expect(yellow.dark.ink.description == "#ffd400" && yellow.dark.onInk == .black)
        #expect(yellow.light.ink != yellow.colour)
    }

    @Test(arguments: ["", "c2410c", "#c2410", "#c2410cc", "#g00000", "red", "#c2410c;}", "#é0000"])
    func anythingElseIsNoColour(text: String) {
        #expect(BrandColour(text) == nil)
    }

    @Test(arguments: [false, true])
    func thePagesOwnColoursAreReadable(isDark: Bool) throws {
        let colours = try Self.variables(isDark)
        let backgrounds = try ["page", "card", "soft"].map { try #require(colours[$0]) }
        #expect(backgrounds == (isDark ? BrandColour.darkBackgrounds : BrandColour.lightBackgrounds))
        for name in ["text", "muted", "action"] {
            for background in backgrounds {
                #expect(try #require(colours[name]).contrast(with: background) >= 4.5, "\(name)")
            }
        }
        #expect(try #require(colours["on-action"]).contrast(with: #require(colours["action"])) >= 4.5)
        // What is not text, such as the mark of the focus: 3 to 1 (1.4.11).
        for background in backgrounds {
            #expect(try #require(colours["focus"]).contrast(with: background) >= 3)
        }
    }
}
