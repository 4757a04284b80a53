#include "client/ui/lang_plural.h"

#include <stddef.h>
#include <string.h>

#define DEPTH_MAX 64 /* brackets and operators inside each other; Arabic's has eleven */

struct formula {
    const char *at;
    uint64_t n;
    int depth;
    bool bad;
};

static uint64_t choice(struct formula *f);

static void skip(struct formula *f)
{
    while (*f->at == ' ' || *f->at == '\t')
        f->at++;
}

static bool take(struct formula *f, char c)
{
    skip(f);
    if (*f->at != c)
        return false;
    f->at++;
    return true;
}

static uint64_t number(struct formula *f)
{
    uint64_t value = 0;
    for (; *f->at >= '0' && *f->at <= '9'; f->at++) {
        if (value > 1000000000)
            f->bad = true;
        value = value * 10 + (uint64_t)(*f->at - '0');
    }
    return value;
}

static uint64_t term(struct formula *f)
{
    uint64_t value = 0;
    if (f->bad || ++f->depth > DEPTH_MAX) {
        f->bad = true;
        return 0;
    }
    if (take(f, 'n')) {
        value = f->n;
    } else if (take(f, '!')) {
        value = !term(f);
    } else if (take(f, '(')) {
        value = choice(f);
        f->bad = f->bad || !take(f, ')');
    } else if (*f->at >= '0' && *f->at <= '9') {
        value = number(f);
    } else {
        f->bad = true;
    }
    f->depth--;
    return value;
}

enum op {
    OR,
    AND,
    EQUAL,
    UNEQUAL,
    LESS_EQUAL,
    MORE_EQUAL,
    LESS,
    MORE,
    PLUS,
    MINUS,
    TIMES,
    OVER,
    REST
};

/* How tight each binds; the longer of two that begin alike first. */
static const struct {
    char text[3];
    int level;
} ops[] = {
    [OR] = {"||", 1},         [AND] = {"&&", 2},        [EQUAL] = {"==", 3}, [UNEQUAL] = {"!=", 3},
    [LESS_EQUAL] = {"<=", 4}, [MORE_EQUAL] = {">=", 4}, [LESS] = {"<", 4},   [MORE] = {">", 4},
    [PLUS] = {"+", 5},        [MINUS] = {"-", 5},       [TIMES] = {"*", 6},  [OVER] = {"/", 6},
    [REST] = {"%", 6}};
#define OP_COUNT (sizeof ops / sizeof *ops)

static uint64_t work_out(enum op op, uint64_t a, uint64_t b)
{
    switch (op) {
    case OR:
        return a || b;
    case AND:
        return a && b;
    case EQUAL:
        return a == b;
    case UNEQUAL:
        return a != b;
    case LESS_EQUAL:
        return a <= b;
    case MORE_EQUAL:
        return a >= b;
    case LESS:
        return a < b;
    case MORE:
        return a > b;
    case PLUS:
        return a + b;
    case MINUS:
        return a - b;
    case TIMES:
        return a * b;
    case OVER:
        return b ? a / b : 0;
    case REST:
        return b ? a % b : 0;
    }
    return 0;
}

/* Precedence climbing: what binds at least as tight as `level`. */
static uint64_t binary(struct formula *f, int level)
{
    uint64_t value = term(f);
    while (!f->bad) {
        size_t op = 0;
        skip(f);
        while (op < OP_COUNT && strncmp(f->at, ops[op].text, strlen(ops[op].text)) != 0)
            op++;
        if (op == OP_COUNT || ops[op].level < level)
            break;
        f->at += strlen(ops[op].text);
        const uint64_t right = binary(f, ops[op].level + 1);
        value = work_out((enum op)op, value, right);
    }
    return value;
}

static uint64_t choice(struct formula *f)
{
    if (++f->depth > DEPTH_MAX) {
        f->bad = true;
        return 0;
    }
    uint64_t value = binary(f, 1);
    if (!f->bad && take(f, '?')) {
        const uint64_t yes = choice(f);
        f->bad = f->bad || !take(f, ':');
        const uint64_t no = f->bad ? 0 : choice(f);
        value = value ? yes : no;
    }
    f->depth--;
    return value;
}

bool lang_plural(const char *formula, uint64_t n, uint64_t *form)
{
    struct formula f = {.at = formula, .n = n};
    *form = choice(&f);
    skip(&f);
    return !f.bad && (*f.at == '\0' || *f.at == ';');
}
