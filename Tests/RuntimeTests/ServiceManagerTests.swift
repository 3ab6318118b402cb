// The datagrams of sd_notify(3), to a socket in the file system and to an abstract one.

import Foundation
import Runtime
import Support
import Testing

struct ServiceManagerTests {
    @Test(arguments: [true, false])
    func eachStateIsOneDatagram(_ isAbstract: Bool) throws {
        let folder = try TestFolder()
        let receiver = try DatagramReceiver(
            name: isAbstract ? "@relais-\(UUID().uuidString)" : folder.path + "/notify")
        let manager = ServiceManager(socketName: receiver.name)
        var before = timespec()
        clock_gettime(CLOCK_MONOTONIC, &before)
        manager.reloading()
        manager.ready()
        manager.stopping()
        let states = try receiver.wait(for: 3)
        #expect(states[1...] == ["READY=1", "STOPPING=1"])
        let lines = states[0].split(separator: "\n")
        #expect(lines.first == "RELOADING=1" && lines.count == 2)
        // systemd passes by a reload that began before it asked for one.
        let moment = try #require(lines[1].split(separator: "=").last.flatMap { Int($0) })
        #expect(lines[1].hasPrefix("MONOTONIC_USEC="))
        #expect((0...60_000_000).contains(moment - before.tv_sec * 1_000_000 - before.tv_nsec / 1000))
    }

    @Test(arguments: [
        nil, "", "relative", "/nowhere/notify", "@nobody", "/" + String(repeating: "x", count: 200),
    ])
    func nobodyToTellStopsNobody(_ name: String?) {
        ServiceManager(socketName: name).ready()
    }
}
