// A dealership's colour made readable: whatever it is, text in it and text on it have the contrast that WCAG 2.2 asks for (1.4.3, level
// AA: 4.5 to 1), in the light and in the dark style of the pages. The hue is kept; where it has to, it is mixed with black or white
// just as far as needed. Pure arithmetic.

import Domain
import Foundation

package struct BrandColour: Sendable, Hashable {
    /// As it stands in CSS, `#rrggbb`.
    package struct RGB: Sendable, Hashable, CustomStringConvertible {
        /// 0 to 255 each.
        let channels: [Double]

        static let black = RGB(channels: [0, 0, 0])
        static let white = RGB(channels: [255, 255, 255])

        /// Nil unless it is `#` and six hexadecimal digits.
        package init?(_ text: String) {
            guard text.utf8.count == 7, text.hasPrefix("#"), text.dropFirst().allSatisfy(\.isHexDigit),
                let value = UInt32(text.dropFirst(), radix: 16)
            else { return nil }
            channels = [16, 8, 0].map { Double(value >> $0 & 0xFF) }
        }

        init(channels: [Double]) {
            self.channels = channels.map { $0.rounded() }
        }

        package var description: String {
            "#" + Hexadecimal.text(of: channels.map { UInt8($0) })
        }

        /// WCAG 2.2, "relative luminance".
        var luminance: Double {
            let linear = channels.map { channel in
                let share = channel / 255
                return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        }

        /// WCAG 2.2, "contrast ratio": 1 to 21.
        package func contrast(with other: RGB) -> Double {
            let (dark, light) = (min(luminance, other.luminance), max(luminance, other.luminance))
            return (light + 0.05) / (dark + 0.05)
        }

        /// - Parameter share: of the other colour, in hundredths.
        func mixed(with other: RGB, share: Int) -> RGB {
            RGB(
                channels: zip(channels, other.channels).map { own, other in
                    own + (other - own) * Double(share) / 100
                })
        }
    }

    /// One style's colours.
    package struct Scheme: Sendable, Hashable {
        /// Readable as text on every background of the style; also the background of what is to be pressed.
        package let ink: RGB
        /// Readable on `ink`.
        package let onInk: RGB

        fileprivate init(_ colour: RGB, on backgrounds: [RGB], towards end: RGB) {
            let steps = (0...100).lazy.map { colour.mixed(with: end, share: $0) }
            ink =
                steps.first { ink in
                    backgrounds.allSatisfy { ink.contrast(with: $0) >= BrandColour.leastContrast }
                } ?? end
            // One of the two always has 4.58 to 1.
            onInk = ink.contrast(with: .white) >= BrandColour.leastContrast ? .white : .black
        }
    }

    package static let leastContrast = 4.5
    /// `--page`, `--card` and `--soft` of `Templates/pages/page.css`, in each style.
    package static let lightBackgrounds = ["#f1f1ee", "#ffffff", "#f6f6f4"].compactMap(RGB.init)
    package static let darkBackgrounds = ["#0e1012", "#1a1d21", "#24282d"].compactMap(RGB.init)

    package let colour: RGB
    package let light: Scheme
    package let dark: Scheme

    /// Nil unless it is `#` and six hexadecimal digits.
    package init?(_ text: String) {
        guard let colour = RGB(text) else { return nil }
        self.colour = colour
        light = Scheme(colour, on: Self.lightBackgrounds, towards: .black)
        dark = Scheme(colour, on: Self.darkBackgrounds, towards: .white)
    }
}
