// The words that end, begin and ask, in seven languages and in the forms that thumbs write; and texts that only look like them.

import SMS
import Testing

@Suite("Keywords")
struct KeywordTests {
    // "Stop by tomorrow" is the price of the rule of three words: an objection missed would cost more.
    @Test(
        "STOP, however it is written",
        arguments: [
            "STOP", "stop", " Stop. ", "«STOP!»", "ＳＴＯＰ", "S\u{AD}TOP", "STOP\n", "Stop 🛑", "STOP SMS",
            "Stop merci", "stop pub svp",
            "STOP 36047", "Stop by tomorrow", "stop, please", "Stop… danke", "STOPP", "UNSUBSCRIBE", "Unsub",
            "Cancel", "END",
            "Quit", "Revoke", "OPTOUT",
            "OPT-OUT", "Opt out", "remove", "TD", "ARRET", "Arrêt", "ARRÊTER", "arre\u{302}ter", "Désabo",
            "désabonner", "Désinscrire",
            "désinscription", "Abmelden", "ABBESTELLEN", "austragen", "Ende", "afmelden", "Uitschrijven",
            "STOPZETTEN", "Ofmellen", "Parar",
            "SAIR", "cancelar", "Ferma", "BASTA!", "Disiscrivi", "annulla", "Baja", "ALTO", "¡Alto!",
        ])
    func stops(text: String) {
        #expect(Keyword.read(text) == .stop(all: false))
        #expect(!Keyword.mayBeAnObjection(text))
    }

    @Test(
        "STOP for everything",
        arguments: ["STOPALL", "stop all", "Stop tout !", "stop alles", "STOP TUTTO", "stop a todo"])
    func stopsAll(text: String) {
        #expect(Keyword.read(text) == .stop(all: true))
    }

    @Test(
        "START and HELP, as the whole message alone",
        arguments: [
            ("START", .start), ("Unstop", .start), ("start!", .start),
            ("Help?", .help), ("INFO", .help),
            ("aide", .help), ("Hilfe", .help), ("hulp", .help), ("Hëllef", .help), ("ajuda", .help),
            ("Aiuto", .help), ("ayuda", .help),
        ] as [(String, Keyword)])
    func others(text: String, keyword: Keyword) {
        #expect(Keyword.read(text) == keyword)
        #expect(Keyword.read(text + " x") == nil)
    }

    @Test(
        "not what only contains one",
        arguments: [
            "Oui.", "ja!", "YES",
            "", " ", "?", "👍", "ok", "non", "no", "nein", "Stop by at 5 tomorrow please",
            "Ende gut alles gut", "The end", "Je cancel demain",
            "please stop", "stopover", "Stopper", "J'arrive, l'arrêt de bus est loin", "oui merci",
            "Yes I come", "En baja forma",
            "Help me please", "Bonjour", "Cancel the appointment", "STO P", "s t o p",
            "Basta così, grazie mille", "stop stop stop stop",
        ])
    func falseFriends(text: String) {
        #expect(Keyword.read(text) == nil)
    }

    @Test(
        "what sounds like an objection is marked for a person",
        arguments: [
            ("arrêtez vos messages svp", true), ("Merci de me désinscrire de vos listes", true),
            ("please stop", true),
            ("Je ne veux plus de SMS de votre part", true), ("Bitte keine Werbung mehr", true),
            ("Hören Sie auf, DSGVO!", true),
            ("Ik wil geen berichten meer", true), ("No quiero recibir esto", true),
            ("Please remove me from your list", true),
            ("Bonjour, je passe à 17 h", false), ("Ende gut alles gut", false), ("Danke, bis morgen", false),
            ("Je n'ai pas reçu le devis", false),
            ("", false),
        ])
    func objections(text: String, isMarked: Bool) {
        #expect(Keyword.mayBeAnObjection(text) == isMarked)
    }
}
