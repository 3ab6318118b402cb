// Judges from PyPI, in the Python of `.build/judges`: one script, one JSON value in, one out.

import Foundation
import Support

enum SMSJudge {
    /// What the script wrote to `answer` about the value in `question`; its first word is their folder.
    static func answer<Question: Encodable, Answer: Decodable>(
        of script: String, to question: Question, as type: Answer.Type
    ) throws -> Answer {
        let folder = try TestFolder()
        try folder.write("question", String(decoding: JSONEncoder().encode(question), as: UTF8.self))
        let run = try Judge.run("bin/python3", ["-I", "-c", script, folder.path], in: folder)
        guard run.code == 0 else { throw TestFailure("the judge failed: \(run.text)") }
        return try JSONDecoder().decode(type, from: Data(try folder.bytes(of: "answer")))
    }
}
