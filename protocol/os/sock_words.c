#include "protocol/os/sock_words.h"

bool sock_words_connect(struct err *err, enum sock_trouble trouble,
                        const struct sock_address *address, const char *reason)
{
    char at[SOCK_ADDRESS_SIZE];
    sock_address_text(address, at);
    switch (trouble) {
    case TROUBLE_REFUSED:
        return err_set(err, ERR_REFUSED,
                       "Connection refused: nobody is listening at %s. Check the address, or that "
                       "the server is running.",
                       at);
    case TROUBLE_NO_ROUTE:
        return err_set(err, ERR_UNREACHABLE,
                       "No route to host: %s can't be reached from this computer. Check the "
                       "address and the network connection.",
                       at);
    case TROUBLE_NO_ANSWER:
        return err_set(err, ERR_UNREACHABLE,
                       "No answer from %s: it may be switched off, or a firewall may be in the "
                       "way. Check the address.",
                       at);
    case TROUBLE_DENIED:
        return err_set(err, ERR_DENIED,
                       "This computer does not allow a connection to %s: a firewall or its "
                       "rules forbid it.",
                       at);
    case TROUBLE_NO_DESCRIPTORS:
        return err_set(err, ERR_LIMIT,
                       "Too many open files and connections: close some, then connect to %s again.",
                       at);
    default:
        return err_set(err, ERR_SYSTEM, "The connection to %s failed: %s.", at, reason);
    }
}

bool sock_words_listen(struct err *err, enum sock_trouble trouble, const char *host, uint16_t port,
                       const char *reason)
{
    switch (trouble) {
    case TROUBLE_IN_USE:
        return err_set(err, ERR_EXISTS,
                       "Port %u at %s is in use: another program, perhaps another Confab server, "
                       "listens there. Stop it or choose another port.",
                       (unsigned)port, host);
    case TROUBLE_NOT_OURS:
        return err_set(err, ERR_ADDRESS,
                       "%s is not an address of this computer. Use one of its own, or 0.0.0.0 for "
                       "all of them.",
                       host);
    case TROUBLE_DENIED:
        return err_set(err, ERR_DENIED,
                       "Port %u may not be opened without administrator rights. Choose one above "
                       "1023.",
                       (unsigned)port);
    case TROUBLE_NO_DESCRIPTORS:
        return err_set(err, ERR_LIMIT, "Can't listen at %s port %u: too many open files.", host,
                       (unsigned)port);
    default:
        return err_set(err, ERR_SYSTEM, "Can't listen at %s port %u: %s.", host, (unsigned)port,
                       reason);
    }
}
