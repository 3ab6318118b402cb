// Typed wrappers for what Swift cannot import from sqlite3.h: a variadic function and a cast destructor constant.
#ifndef RELAIS_CSQLITE_SHIM_H
#define RELAIS_CSQLITE_SHIM_H
#include <sqlite3.h>

static inline int relais_sqlite3_db_config_flag(sqlite3 *db, int option, int value) {
    return sqlite3_db_config(db, option, value, (int *)0);
}

// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
static inline int relais_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
    return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}

static inline int relais_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}
#endif
