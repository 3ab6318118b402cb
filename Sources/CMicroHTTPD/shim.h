// Typed doors to the variadic functions of libmicrohttpd, which Swift cannot call. No logic lives here.
#ifndef RELAIS_CMICROHTTPD_SHIM_H
#define RELAIS_CMICROHTTPD_SHIM_H

#include <stddef.h>
#include <sys/socket.h>
#include <microhttpd.h>

typedef void *(*CMicroHTTPD_RequestLineCallback)(
    void *cls, const char *uri, struct MHD_Connection *connection);

static inline struct MHD_Daemon *CMicroHTTPD_start(
    unsigned int flags, int listen_socket, unsigned int connection_limit, size_t memory_limit, void *context,
    MHD_AccessHandlerCallback access, CMicroHTTPD_RequestLineCallback request_line,
    MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connection)
{
    return MHD_start_daemon(flags, 0, NULL, NULL, access, context,
                            MHD_OPTION_LISTEN_SOCKET, listen_socket,
                            MHD_OPTION_CONNECTION_LIMIT, connection_limit,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_limit,
                            MHD_OPTION_URI_LOG_CALLBACK, request_line, context,
                            MHD_OPTION_NOTIFY_COMPLETED, completed, context,
                            MHD_OPTION_NOTIFY_CONNECTION, connection, context,
                            MHD_OPTION_END);
}

static inline int CMicroHTTPD_socket(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static inline const struct sockaddr *CMicroHTTPD_client_address(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
}

static inline void *CMicroHTTPD_socket_context(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Bytes of request line, header lines and the empty line; 0 before they are complete. */
static inline size_t CMicroHTTPD_header_size(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

#endif
