/* Certificates and contexts. */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/net/tls_inside.h"

#define FILE_NAME "tls.pem"
#define FILE_CAP 16384

static void must(bool ok)
{
    if (!ok)
        die("The cryptographic library (OpenSSL) does not work on this computer.");
}

/* The certificate: its own issuer, without an end (99991231235959Z, RFC 5280 4.1.2.5), as nothing
 * but the key in it is ever looked at. */
static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    must(certificate != NULL);
    X509_NAME *name = X509_get_subject_name(certificate);
    uint64_t serial;
    random_fill(&serial, sizeof serial);
    serial >>= 1; /* positive */
    must(X509_set_version(certificate, X509_VERSION_3) == 1);
    must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1);
    must(ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20200101000000Z") == 1);
    must(ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "99991231235959Z") == 1);
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Confab", -1,
                                    -1, 0) == 1);
    must(X509_set_issuer_name(certificate, name) == 1);
    must(X509_set_pubkey(certificate, key) == 1);
    must(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static bool make_file(const char *path, struct err *err)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    must(key != NULL);
    X509 *certificate = make_certificate(key);
    BIO *text = BIO_new(BIO_s_mem());
    must(text != NULL);
    must(PEM_write_bio_PrivateKey(text, key, NULL, NULL, 0, NULL, NULL) == 1);
    must(PEM_write_bio_X509(text, certificate) == 1);
    char *bytes;
    long size = BIO_get_mem_data(text, &bytes);
    bool ok = file_save(path, bytes, (size_t)size, err);
    OPENSSL_cleanse(bytes, (size_t)size);
    BIO_free(text);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return ok;
}

void tls_fingerprint_of(X509 *certificate, char out[TLS_FINGERPRINT_SIZE])
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);
    must(size > 0);
    sha256_hex(der, (size_t)size, out);
    OPENSSL_free(der);
}

static bool use_file(struct tls *tls, const char *path, struct err *err)
{
    size_t size;
    char *text = file_load(path, FILE_CAP, &size, err);
    if (text == NULL)
        return false;
    BIO *lines = BIO_new_mem_buf(text, (int)size);
    must(lines != NULL);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(lines, NULL, NULL, NULL);
    X509 *certificate = key != NULL ? PEM_read_bio_X509(lines, NULL, NULL, NULL) : NULL;
    bool ok = certificate != NULL && SSL_CTX_use_certificate(tls->context, certificate) == 1 &&
              SSL_CTX_use_PrivateKey(tls->context, key) == 1 &&
              SSL_CTX_check_private_key(tls->context) == 1;
    if (ok)
        tls_fingerprint_of(certificate, tls->fingerprint);
    else
        err_set(err, ERR_FORMAT,
                "The file %s, which holds the server's key and certificate, is damaged. Put it "
                "back from a copy; or remove it to make a new one, and everyone will be asked "
                "whether to trust the new server.",
                path);
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(lines);
    OPENSSL_cleanse(text, size);
    mem_free(text);
    return ok;
}

static struct tls *open_context(const SSL_METHOD *method)
{
    struct tls *tls = mem_alloc(1, sizeof *tls);
    SSL_CTX *context = SSL_CTX_new(method);
    must(context != NULL);
    must(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
    must(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
    /* 128 bits of AES are a third faster than 256, and enough */
    must(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:"
                                           "TLS_AES_256_GCM_SHA384") == 1);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
#ifdef SSL_OP_ENABLE_KTLS
    SSL_CTX_set_options(context, SSL_OP_ENABLE_KTLS);
#endif
    /* one record a call, also of those that carry nothing: whoever sends only such has its turn end */
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0); /* connections live long; none is resumed */
    SSL_CTX_set_read_ahead(context, 1);  /* one recv() for several records, not two for each */
    SSL_CTX_set_default_read_buffer_len(context, 4 * TLS_RECORD + 256);
    tls->context = context;
    tls->plain = mem_alloc(1, TLS_BATCH);
    tls->stage = mem_alloc(1, TLS_STAGE_MAX);
    link_tls_prepare(tls);
    return tls;
}

struct tls *tls_open_server(const char *folder, struct err *err)
{
    char path[OS_PATH_MAX];
    if (!path_join(path, folder, FILE_NAME)) {
        err_set(err, ERR_LIMIT, "The path of the folder %s is too long.", folder);
        return NULL;
    }
    struct tls *tls = open_context(TLS_server_method());
    if ((!file_info(path).exists && !make_file(path, err)) || !use_file(tls, path, err)) {
        tls_close(tls);
        return NULL;
    }
    return tls;
}

struct tls *tls_open_client(void)
{
    return open_context(TLS_client_method());
}

void tls_close(struct tls *tls)
{
    if (tls == NULL)
        return;
    SSL_CTX_free(tls->context);
    BIO_meth_free(tls->method);
    mem_free(tls->stage);
    mem_free(tls->plain);
    mem_free(tls);
}

const char *tls_fingerprint(const struct tls *tls)
{
    return tls->fingerprint;
}
