// The words of Keyword as data: in lower case, without diacritics and punctuation, as Keyword compares them. English STOP words are those of
// Twilio and AWS (STOP, UNSUBSCRIBE, END, QUIT, STOPALL, REVOKE, OPTOUT, CANCEL; ARRET, REMOVE, OPT-OUT, TD); the other languages are ours. A word
// that people answer for another reason ("ok", "non", "no") has no place here.

enum KeywordTable {
    static let stop: Set<String> = [
        // English
        "stop", "stopall", "unsubscribe", "unsub", "cancel", "end", "quit", "revoke", "optout", "opt out",
        "remove", "td",
        // French
        "arret", "arreter", "arretez", "desabo", "desabonner", "desabonnement", "desinscrire",
        "desinscription",
        // German and Luxembourgish
        "stopp", "abmelden", "abbestellen", "austragen", "ende", "ofmellen",
        // Dutch
        "afmelden", "uitschrijven", "stopzetten",
        // Portuguese, Italian, Spanish
        "parar", "sair", "cancelar", "ferma", "basta", "disiscrivi", "annulla", "baja", "alto",
    ]

    /// Behind STOP: everything.
    static let all: Set<String> = ["all", "tout", "alles", "tudo", "tutto", "todo"]

    /// They end a STOP of the same channel, which a person set, so few are enough. "Oui" is no such word: it answers a question, perhaps
    /// another dealership's behind the same number.
    static let start: Set<String> = ["start", "unstop"]

    static let help: Set<String> = [
        "help", "info", "aide", "hilfe", "hellef", "hulp", "ajuda", "aiuto", "ayuda",
    ]

    /// A word that begins so makes a text worth a look.
    static let objectionStems = [
        "stop", "unsub", "arret", "cess", "desabo", "desinscri", "abmeld", "abbestell", "austrag", "aufhor",
        "ofmell", "afmeld", "uitschrij",
        "disiscri", "spam", "robinson", "dsgvo", "rgpd", "gdpr", "avg",
    ]

    static let objectionPhrases = [
        "opt out", "remove me", "no more", "leave me alone", "ne plus", "plus de messages", "plus de sms",
        "laissez moi", "keine sms",
        "keine nachrichten", "keine werbung", "lassen sie mich", "keng sms", "geen sms", "geen berichten",
        "niet meer", "nao quero", "non voglio",
        "no quiero", "lascia", "darme de baja", "dar de baja",
    ]
}
