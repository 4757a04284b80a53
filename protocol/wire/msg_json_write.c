#include "protocol/wire/msg_json.h"
#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

static cJSON *must(cJSON *item)
{
    if (!item)
        die("There is not enough memory to write a message.");
    return item;
}

/* `name` is not copied and must outlive the object. */
static void add(cJSON *object, const char *name, cJSON *item)
{
    if (!cJSON_AddItemToObjectCS(object, name, must(item)))
        die("There is not enough memory to write a message.");
}

#define DIGITS_SIZE 17 /* of NUMBER_MAX, and the NUL */

/* cJSON prints a number as a double, large ones as 1e+15; what we count is whole. The digits end
 * at the end of out[]. */
static char *digits_of(uint64_t value, char out[DIGITS_SIZE])
{
    char *at = out + DIGITS_SIZE - 1;
    assert(value <= NUMBER_MAX);
    *at = '\0';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return at;
}

static cJSON *whole(uint64_t value)
{
    char digits[DIGITS_SIZE];
    return cJSON_CreateRaw(digits_of(value, digits));
}

static cJSON *text_of(const char *text) /* lent, not copied */
{
    assert(text);
    return cJSON_CreateStringReference(text ? text : "");
}

static cJSON *words_of(const char *words)
{
    cJSON *list = must(cJSON_CreateArray());
    char word[WORD_MAX + 1];
    while (words && *words) {
        size_t size = strcspn(words, " ");
        assert(size > 0 && size <= WORD_MAX);
        str_format(word, sizeof word, "%.*s", (int)size, words);
        cJSON_AddItemToArray(list, must(cJSON_CreateString(word)));
        words += size;
        words += *words == ' ';
    }
    return list;
}

static cJSON *rooms_of(const struct msg *msg)
{
    cJSON *list = must(cJSON_CreateArray());
    for (size_t i = 0; i < msg->room_count; i++) {
        cJSON *entry = must(cJSON_CreateObject());
        add(entry, "name", text_of(msg->rooms[i].name));
        add(entry, "seq", whole(msg->rooms[i].seq));
        add(entry, "people", whole(msg->rooms[i].people));
        if (msg->rooms[i].private)
            add(entry, "private", cJSON_CreateTrue());
        if (msg->rooms[i].title)
            add(entry, "title", text_of(msg->rooms[i].title));
        cJSON_AddItemToArray(list, entry);
    }
    return list;
}

static cJSON *resume_of(const struct msg *msg)
{
    cJSON *object = must(cJSON_CreateObject());
    for (size_t i = 0; i < msg->resume_count; i++)
        add(object, msg->resume[i].name, whole(msg->resume[i].seq));
    return object;
}

static cJSON *members_of(const struct msg *msg)
{
    cJSON *list = must(cJSON_CreateArray());
    for (size_t i = 0; i < msg->member_count; i++) {
        cJSON *entry = must(cJSON_CreateObject());
        add(entry, "uid", text_of(msg->members[i].uid));
        add(entry, "name", text_of(msg->members[i].name));
        add(entry, "online", cJSON_CreateBool(msg->members[i].online));
        if (msg->members[i].read)
            add(entry, "read", whole(msg->members[i].read));
        cJSON_AddItemToArray(list, entry);
    }
    return list;
}

/* A message as cJSON prints it. Nothing is allocated for numbers and texts: their items lie here
 * and are linked by hand. */
struct tree {
    cJSON root;
    cJSON leaves[F_COUNT + 2]; /* `type` first, and what msg_to_text() adds */
    char digits[F_COUNT + 2][DIGITS_SIZE];
    size_t count;
    cJSON *extra; /* owned; its items stand behind the leaves */
};

static cJSON *leaf(struct tree *tree, const char *name, int type)
{
    cJSON *item = &tree->leaves[tree->count];
    *item = (cJSON){.type = type | cJSON_StringIsConst, .string = (char *)(uintptr_t)name};
    if (tree->count > 0)
        tree->leaves[tree->count - 1].next = item;
    else
        tree->root.child = item;
    tree->count++;
    return item;
}

static void put_text(struct tree *tree, const char *name, const char *text)
{
    assert(text);
    leaf(tree, name, cJSON_String)->valuestring = (char *)(uintptr_t)(text ? text : "");
}

static void put_number(struct tree *tree, const char *name, uint64_t value)
{
    char *digits = tree->digits[tree->count];
    leaf(tree, name, cJSON_Raw)->valuestring = digits_of(value, digits);
}

/* The list's entries go to the tree. */
static void put_list(struct tree *tree, const char *name, cJSON *list)
{
    leaf(tree, name, list->type)->child = list->child;
    list->child = NULL;
    cJSON_Delete(list);
}

/* Nothing for a field that is absent and may be. */
static void put_field(struct tree *tree, const struct msg *msg, const struct msg_field *field,
                      bool must_have)
{
    const void *place = msg_place(msg, field);
    const char *text = NULL;
    uint64_t value = 0;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
    case FIELD_ROOM:
    case FIELD_LABEL:
    case FIELD_HEX:
    case FIELD_EMOJI:
    case FIELD_KIND:
        text = *(char *const *)place;
        if (text || must_have)
            put_text(tree, field->name, text);
        return;
    case FIELD_U32:
        value = *(const uint32_t *)place;
        break;
    case FIELD_U64:
        value = *(const uint64_t *)place;
        break;
    case FIELD_TIME:
        assert(*(const int64_t *)place >= 0);
        value = (uint64_t) * (const int64_t *)place;
        break;
    case FIELD_BOOL:
        if (*(const bool *)place || must_have)
            leaf(tree, field->name, *(const bool *)place ? cJSON_True : cJSON_False);
        return;
    case FIELD_WORDS:
        if (*(char *const *)place || must_have)
            put_list(tree, field->name, words_of(*(char *const *)place));
        return;
    case FIELD_ROOMS:
        if (msg->room_count || must_have)
            put_list(tree, field->name, rooms_of(msg));
        return;
    case FIELD_RESUME:
        if (msg->resume_count || must_have)
            put_list(tree, field->name, resume_of(msg));
        return;
    case FIELD_MEMBERS:
        if (msg->member_count || must_have)
            put_list(tree, field->name, members_of(msg));
        return;
    }
    if (value || must_have)
        put_number(tree, field->name, value);
}

/* What we do not know and what the type does not list, behind the rest. */
static void drop(cJSON *object, const char *name)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
}

/* What of `extra` the type does not list, last. */
static void put_extra(struct tree *tree, const struct msg *msg)
{
    uint64_t listed = msg_types[msg->type].must | msg_types[msg->type].may;
    tree->extra = cJSON_Parse(msg->extra);
    if (!cJSON_IsObject(tree->extra)) {
        assert(false); /* it is made by msg_decode() */
        return;
    }
    for (size_t i = 0; i < tree->count; i++)
        drop(tree->extra, tree->leaves[i].string);
    for (int id = 0; id < F_COUNT && listed >> id != 0; id++)
        if (listed & FIELD_BIT(id))
            drop(tree->extra, msg_fields[id].name);
    if (tree->count > 0)
        tree->leaves[tree->count - 1].next = tree->extra->child;
    else
        tree->root.child = tree->extra->child;
}

static void tree_init(struct tree *tree, const struct msg *msg)
{
    const struct msg_type_row *row = &msg_types[msg->type];
    uint64_t listed = row->must | row->may;
    bool known = msg->type != MSG_UNKNOWN;
    assert(known || msg->extra);
    tree->root = (cJSON){.type = cJSON_Object};
    tree->count = 0;
    tree->extra = NULL;
    if (known)
        put_text(tree, "type", row->name);
    for (int id = 0; id < F_COUNT && listed >> id != 0; id++)
        if (listed & FIELD_BIT(id))
            put_field(tree, msg, &msg_fields[id], row->must & FIELD_BIT(id));
}

static void tree_finish(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        cJSON_Delete(tree->leaves[i].child);
    cJSON_Delete(tree->extra);
}

bool msg_encode(const struct msg *msg, struct buf *out)
{
    char text[FRAME_HEADER_MAX + 256]; /* cJSON wants a little more than it writes */
    struct tree tree;
    tree_init(&tree, msg);
    if (msg->extra)
        put_extra(&tree, msg);
    bool ok = cJSON_PrintPreallocated(&tree.root, text, (int)sizeof text, false);
    size_t size = ok ? strlen(text) : 0;
    assert(msg->payload.size <= msg_types[msg->type].payload_max);
    tree_finish(&tree);
    if (!ok || size > FRAME_HEADER_MAX)
        return false;
    return frame_append(out, (struct bytes){(const uint8_t *)text, size}, msg->payload);
}

static char *print(const cJSON *root)
{
    char *printed = cJSON_PrintUnformatted(root), *text;
    if (!printed)
        die("There is not enough memory to write a message.");
    text = mem_string(printed);
    cJSON_free(printed);
    return text;
}

char *msg_to_text(const struct msg *msg)
{
    struct tree tree;
    tree_init(&tree, msg);
    if (msg->payload.size > 0)
        put_number(&tree, "payload", msg->payload.size);
    if (msg->extra)
        put_extra(&tree, msg);
    char *text = print(&tree.root);
    tree_finish(&tree);
    return text;
}

char *msg_json_texts(const char *const *pairs)
{
    cJSON *root = must(cJSON_CreateObject());
    for (; pairs[0]; pairs += 2)
        add(root, pairs[0], must(text_of(pairs[1])));
    char *text = print(root);
    cJSON_Delete(root);
    return text;
}
