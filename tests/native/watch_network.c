/* Preloaded into programs under test: writes down every look-up of a name and every address that is
   called, and lets only this machine's own loopback through.

   One line for each, "PID PROGRAM WHAT WHERE", is appended to the file named by WATCH_NETWORK. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(const char *what, const char *where) {
    char line[512];
    const char *path = getenv("WATCH_NETWORK");
    int file, length, kept = errno;
    if (path == NULL) return;
    length = snprintf(line, sizeof line, "%d %s %s %.300s\n", (int)getpid(),
                      program_invocation_short_name, what, where);
    file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0 && write(file, line, (size_t)length) != length) abort();
    if (file >= 0) close(file);
    errno = kept;
}

/* A name that no name server is asked for. */
static int is_here(const char *name) {
    unsigned char address[16];
    if (name == NULL || strcmp(name, "localhost") == 0 || name[0] == '\0') return 1;
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

/* Whether a socket's address is on this machine; where it is not, it is written down. */
static int goes_out(const char *what, const struct sockaddr *to) {
    char text[INET6_ADDRSTRLEN] = "?", where[INET6_ADDRSTRLEN + 8];
    int port;
    if (to == NULL) return 0;
    if (to->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)to;
        if ((ntohl(four->sin_addr.s_addr) >> 24) == 127) return 0;
        inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
        port = ntohs(four->sin_port);
    } else if (to->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)to;
        const unsigned char *bytes = six->sin6_addr.s6_addr;
        if (IN6_IS_ADDR_LOOPBACK(&six->sin6_addr)) return 0;
        if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) && bytes[12] == 127) return 0;
        inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
        port = ntohs(six->sin6_port);
    } else {
        return 0; /* between processes of this machine */
    }
    snprintf(where, sizeof where, "%s:%d", text, port);
    note(what, where);
    return 1;
}

#define THE_REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
    if (is_here(name)) return THE_REAL(getaddrinfo)(name, service, hints, found);
    note("getaddrinfo", name);
    return EAI_FAIL;
}

struct hostent *gethostbyname(const char *name) {
    if (is_here(name)) return THE_REAL(gethostbyname)(name);
    note("gethostbyname", name);
    h_errno = NO_RECOVERY;
    return NULL;
}

struct hostent *gethostbyname2(const char *name, int family) {
    if (is_here(name)) return THE_REAL(gethostbyname2)(name, family);
    note("gethostbyname2", name);
    h_errno = NO_RECOVERY;
    return NULL;
}

int gethostbyname_r(const char *name, struct hostent *made, char *room, size_t size,
                    struct hostent **found, int *why) {
    if (is_here(name)) return THE_REAL(gethostbyname_r)(name, made, room, size, found, why);
    note("gethostbyname_r", name);
    *found = NULL;
    *why = NO_RECOVERY;
    return 0;
}

int gethostbyname2_r(const char *name, int family, struct hostent *made, char *room, size_t size,
                     struct hostent **found, int *why) {
    if (is_here(name))
        return THE_REAL(gethostbyname2_r)(name, family, made, room, size, found, why);
    note("gethostbyname2_r", name);
    *found = NULL;
    *why = NO_RECOVERY;
    return 0;
}

int connect(int handle, const struct sockaddr *to, socklen_t size) {
    if (!goes_out("connect", to)) return THE_REAL(connect)(handle, to, size);
    errno = ENETUNREACH;
    return -1;
}

ssize_t sendto(int handle, const void *data, size_t length, int flags, const struct sockaddr *to,
               socklen_t size) {
    if (!goes_out("sendto", to)) return THE_REAL(sendto)(handle, data, length, flags, to, size);
    errno = ENETUNREACH;
    return -1;
}

ssize_t sendmsg(int handle, const struct msghdr *message, int flags) {
    if (!goes_out("sendmsg", message->msg_name)) return THE_REAL(sendmsg)(handle, message, flags);
    errno = ENETUNREACH;
    return -1;
}

int sendmmsg(int handle, struct mmsghdr *messages, unsigned int count, int flags) {
    for (unsigned int place = 0; place < count; place++)
        if (goes_out("sendmmsg", messages[place].msg_hdr.msg_name)) {
            errno = ENETUNREACH;
            return -1;
        }
    return THE_REAL(sendmmsg)(handle, messages, count, flags);
}
