// Every block of IANA's special-purpose registries, by its first and last address and by the ones just outside.

import Curl
import Foundation
import Glibc
import Testing

@Suite("Addresses that may be reached")
struct AddressGuardTests {
    /// Read by the C library, which the guard does not use.
    private func bytes(_ text: String) throws -> [UInt8] {
        let isSix = text.contains(":")
        var bytes = [UInt8](repeating: 0, count: isSix ? 16 : 4)
        try #require(inet_pton(isSix ? AF_INET6 : AF_INET, text, &bytes) == 1, "\(text)")
        return bytes
    }

    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.100.100.200",
        "100.127.255.255",
        "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0",
        "192.0.0.192",
        "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.0", "192.88.99.255", "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255",
        "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255", "168.63.129.16",
        "::", "::2", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::a00:1",
        "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:10::1",
        "2001:1ff:ffff::1",
        "2001:db8::1", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2002:7f00:1::1", "2002:808:808::1",
        "3fff::1",
        "3fff:fff:ffff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fec0::1",
        "ff02::1",
    ])
    func areRefused(address: String) throws {
        for allowsLoopback in [false, true] {
            #expect(try !AddressGuard(allowsLoopback: allowsLoopback).allows(bytes(address)))
        }
    }

    @Test(arguments: [
        "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
        "2000::1", "2001:200::1", "2001:4860:4860::8888", "2001:db7:ffff::1", "2001:db9::1", "2003::1",
        "2606:4700::1111",
        "2a00:1450::1", "3ffe:ffff::1", "3fff:1000::1",
    ])
    func areAllowed(address: String) throws {
        #expect(try AddressGuard().allows(bytes(address)))
    }

    @Test(arguments: ["127.0.0.0", "127.0.0.1", "127.255.255.255", "::1"])
    func loopbackIsAllowedWhereItIsSaid(address: String) throws {
        #expect(try !AddressGuard().allows(bytes(address)))
        #expect(try AddressGuard(allowsLoopback: true).allows(bytes(address)))
    }

    @Test(arguments: [0, 3, 5, 15, 17])
    func whatIsNoAddressIsRefused(count: Int) {
        #expect(!AddressGuard(allowsLoopback: true).allows([UInt8](repeating: 8, count: count)))
    }
}
