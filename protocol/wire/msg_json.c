#include "protocol/wire/msg_json.h"
#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define SMALL_HEADER 1024 /* most are smaller, and need no memory of their own to be read */

static const char *const kinds[] = {"image", "audio", "video", "file"};

/* ---- reading ---- */

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What cJSON would let pass: any number of values, nesting up to 1000, NUL and other controls in
 * strings (its strings end at a NUL), bytes beyond ASCII between the strings. */
static bool scan(const char *text, size_t size, struct err *err)
{
    bool inside = false;
    int depth = 0, parts = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (inside) {
            if (c == '\\') {
                if (size - i >= 6 && memcmp(text + i, "\\u0000", 6) == 0)
                    return err_set(err, ERR_FORMAT, "The message has a NUL inside a text.");
                i++;
            } else if (c < 0x20) {
                return err_set(err, ERR_FORMAT, "The message has a bare control character.");
            } else if (c == '"') {
                inside = false;
            }
        } else if (c == '"') {
            inside = true;
        } else if ((c == ',' || c == '{' || c == '[') && ++parts > JSON_PARTS_MAX) {
            return err_set(err, ERR_LIMIT, "The message has more than %d parts.", JSON_PARTS_MAX);
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return err_set(err, ERR_LIMIT, "The message is nested deeper than %d.",
                               JSON_DEPTH_MAX);
        } else if (c == '}' || c == ']') {
            depth--;
        } else if ((c < 0x20 && !is_blank(c)) || c >= 0x7F) {
            return err_set(err, ERR_FORMAT, "The message is not JSON.");
        }
    }
    return true;
}

static cJSON *parse(const struct bytes *header, struct err *err)
{
    /* A NUL behind it, because cJSON up to 1.7.18 looks one byte too far in some broken texts. */
    char small[SMALL_HEADER], *large = NULL, *text = small;
    const char *end = NULL;
    cJSON *root = NULL;
    if (header->size >= sizeof small)
        text = large = mem_resize(NULL, header->size + 1, 1);
    memcpy(text, header->data, header->size);
    text[header->size] = '\0';
    if (!utf8_valid(text, header->size)) {
        err_set(err, ERR_FORMAT, "The message is not UTF-8.");
        goto out;
    }
    if (!scan(text, header->size, err))
        goto out;
    root = cJSON_ParseWithLengthOpts(text, header->size + 1, &end, false);
    while (root && end < text + header->size && is_blank((uint8_t)*end))
        end++;
    if (!cJSON_IsObject(root) || end != text + header->size) {
        cJSON_Delete(root);
        root = NULL;
        err_set(err, ERR_FORMAT, "The message is not one JSON object.");
    }
out:
    mem_free(large);
    return root;
}

static bool wrong(const char *name, const char *why, struct err *err)
{
    return err_set(err, ERR_FORMAT, "The field \"%s\" %s.", name, why);
}

static bool read_number(const cJSON *item, const char *name, uint64_t limit, uint64_t *value,
                        struct err *err)
{
    double number = cJSON_IsNumber(item) ? item->valuedouble : -1;
    /* Written so that NaN fails too. limit <= NUMBER_MAX, which a double holds. */
    if (!(number >= 0 && number <= (double)limit) || (double)(uint64_t)number < number)
        return err_set(err, ERR_LIMIT, "The field \"%s\" must be a whole number from 0 to %llu.",
                       name, (unsigned long long)limit);
    *value = (uint64_t)number;
    return true;
}

static bool read_hex(const cJSON *item, const char *name, size_t digits, char **value,
                     struct err *err)
{
    const char *text = cJSON_GetStringValue(item);
    if (!text || strlen(text) != digits || strspn(text, "0123456789abcdef") != digits)
        return err_set(err, ERR_FORMAT, "The field \"%s\" must be %zu lower-case hex digits.", name,
                       digits);
    msg_set(value, text);
    return true;
}

static bool read_name(const cJSON *item, const char *name, bool room, char **value, struct err *err)
{
    const char *text = cJSON_GetStringValue(item);
    char clean[NAME_SIZE];
    if (!text)
        return wrong(name, "must be a text", err);
    if (!(room ? name_clean_room(text, clean, err) : name_clean(text, clean, err)))
        return false;
    msg_set(value, clean);
    return true;
}

static bool kind_is_known(const char *word)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_equal(word, kinds[i]))
            return true;
    return false;
}

static bool read_text(const cJSON *item, const struct msg_field *field, char **value,
                      struct err *err)
{
    const char *text = cJSON_GetStringValue(item);
    size_t size = text ? strlen(text) : 0;
    if (!text || size < field->least || size > field->limit)
        return err_set(err, ERR_LIMIT, "The field \"%s\" must be a text of %zu to %zu bytes.",
                       field->name, (size_t)field->least, (size_t)field->limit);
    if (field->kind == FIELD_KIND && !kind_is_known(text))
        return wrong(field->name, "must be image, audio, video or file", err);
    if (field->kind == FIELD_LABEL) {
        char label[LABEL_SIZE];
        label_clean(text, label);
        msg_set(value, label);
    } else {
        msg_set(value, text);
    }
    return true;
}

static bool has_at_most(const cJSON *item, bool is_list, const struct msg_field *field,
                        struct err *err)
{
    if (!is_list)
        return wrong(field->name, "must be a list", err);
    if ((uint64_t)cJSON_GetArraySize(item) > field->limit)
        return err_set(err, ERR_LIMIT, "The field \"%s\" can have %zu entries at most.",
                       field->name, (size_t)field->limit);
    return true;
}

static bool read_words(const cJSON *item, const struct msg_field *field, char **value,
                       struct err *err)
{
    char joined[FEATURES_MAX * (WORD_MAX + 1) + 1] = "";
    size_t used = 0;
    const cJSON *entry;
    if (!has_at_most(item, cJSON_IsArray(item), field, err))
        return false;
    cJSON_ArrayForEach(entry, item)
    {
        const char *word = cJSON_GetStringValue(entry);
        size_t size = word ? strlen(word) : 0;
        if (size == 0 || size > WORD_MAX || strchr(word, ' '))
            return wrong(field->name, "must be a list of words", err);
        str_format(joined + used, sizeof joined - used, "%s%s", used ? " " : "", word);
        used += strlen(joined + used);
    }
    msg_set(value, used ? joined : NULL);
    return true;
}

static bool read_rooms(const cJSON *item, const struct msg_field *field, struct msg *msg,
                       struct err *err)
{
    const cJSON *entry;
    if (!has_at_most(item, cJSON_IsArray(item), field, err))
        return false;
    msg->rooms = mem_alloc((size_t)cJSON_GetArraySize(item), sizeof *msg->rooms);
    cJSON_ArrayForEach(entry, item)
    {
        const cJSON *seq = cJSON_GetObjectItemCaseSensitive(entry, "seq");
        const cJSON *people = cJSON_GetObjectItemCaseSensitive(entry, "people");
        struct msg_room *room = &msg->rooms[msg->room_count];
        uint64_t count = 0;
        if (!cJSON_IsObject(entry))
            return wrong(field->name, "must be a list of objects", err);
        if (!read_name(cJSON_GetObjectItemCaseSensitive(entry, "name"), "name", true, &room->name,
                       err))
            return false;
        msg->room_count++;
        if ((seq && !read_number(seq, "seq", NUMBER_MAX, &room->seq, err)) ||
            (people && !read_number(people, "people", PEOPLE_MAX, &count, err)))
            return false;
        room->people = (uint32_t)count;
    }
    return true;
}

static bool read_resume(const cJSON *item, const struct msg_field *field, struct msg *msg,
                        struct err *err)
{
    const cJSON *entry;
    if (!has_at_most(item, cJSON_IsObject(item), field, err))
        return false;
    msg->resume = mem_alloc((size_t)cJSON_GetArraySize(item), sizeof *msg->resume);
    cJSON_ArrayForEach(entry, item)
    {
        struct msg_room *room = &msg->resume[msg->resume_count];
        char name[NAME_SIZE];
        if (!name_clean_room(entry->string, name, err))
            return false;
        room->name = mem_string(name);
        msg->resume_count++;
        if (!read_number(entry, field->name, NUMBER_MAX, &room->seq, err))
            return false;
    }
    return true;
}

static bool read_members(const cJSON *item, const struct msg_field *field, struct msg *msg,
                         struct err *err)
{
    const cJSON *entry;
    if (!has_at_most(item, cJSON_IsArray(item), field, err))
        return false;
    msg->members = mem_alloc((size_t)cJSON_GetArraySize(item), sizeof *msg->members);
    cJSON_ArrayForEach(entry, item)
    {
        const cJSON *online = cJSON_GetObjectItemCaseSensitive(entry, "online");
        struct msg_member *member = &msg->members[msg->member_count++];
        if (!cJSON_IsObject(entry))
            return wrong(field->name, "must be a list of objects", err);
        if (!read_hex(cJSON_GetObjectItemCaseSensitive(entry, "uid"), "uid", UID_DIGITS,
                      &member->uid, err) ||
            !read_name(cJSON_GetObjectItemCaseSensitive(entry, "name"), "name", false,
                       &member->name, err))
            return false;
        if (online && !cJSON_IsBool(online))
            return wrong("online", "must be true or false", err);
        member->online = cJSON_IsTrue(online);
    }
    return true;
}

static void *place_of(const struct msg *msg, const struct msg_field *field)
{
    return (char *)(uintptr_t)msg + field->offset;
}

static bool read_field(const cJSON *item, const struct msg_field *field, struct msg *msg,
                       struct err *err)
{
    void *place = place_of(msg, field);
    uint64_t number = 0;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_LABEL:
    case FIELD_KIND:
        return read_text(item, field, place, err);
    case FIELD_NAME:
    case FIELD_ROOM:
        return read_name(item, field->name, field->kind == FIELD_ROOM, place, err);
    case FIELD_HEX:
        return read_hex(item, field->name, (size_t)field->limit, place, err);
    case FIELD_U32:
        if (!read_number(item, field->name, field->limit, &number, err))
            return false;
        *(uint32_t *)place = (uint32_t)number;
        return true;
    case FIELD_U64:
        return read_number(item, field->name, field->limit, place, err);
    case FIELD_TIME:
        if (!read_number(item, field->name, field->limit, &number, err))
            return false;
        *(int64_t *)place = (int64_t)number;
        return true;
    case FIELD_BOOL:
        if (!cJSON_IsBool(item))
            return wrong(field->name, "must be true or false", err);
        *(bool *)place = cJSON_IsTrue(item);
        return true;
    case FIELD_WORDS:
        return read_words(item, field, place, err);
    case FIELD_ROOMS:
        return read_rooms(item, field, msg, err);
    case FIELD_RESUME:
        return read_resume(item, field, msg, err);
    case FIELD_MEMBERS:
        return read_members(item, field, msg, err);
    }
    assert(false);
    return false;
}

/* Which of the fields `among` has this name; -1: none. */
static int field_from_name(const char *name, uint64_t among)
{
    for (int i = 0; i < F_COUNT && among >> i != 0; i++)
        if ((among & FIELD_BIT(i)) && msg_fields[i].name[0] == name[0] &&
            strcmp(msg_fields[i].name, name) == 0)
            return i;
    return -1;
}

/* The fields of the type into msg, the others into *extra. After a bad field it reads on, so that
 * an error can name the id that stands behind it; the first fault is the one told. */
static bool read_fields(cJSON *root, struct msg *msg, cJSON *extra, struct err *err)
{
    const struct msg_type_row *row = &msg_types[msg->type];
    uint64_t seen = 0, listed = row->must | row->may;
    bool ok = true, type_seen = false;
    cJSON *next;
    for (cJSON *item = root->child; item; item = next) {
        bool is_type = strcmp(item->string, "type") == 0;
        int id = field_from_name(item->string, listed);
        if (id < 0 && !is_type)
            id = field_from_name(item->string, ~listed);
        next = item->next;
        if (is_type ? type_seen : id >= 0 && (seen & FIELD_BIT(id))) {
            wrong(item->string, "stands there twice", ok ? err : NULL);
            ok = false;
            continue;
        }
        type_seen |= is_type;
        if (id >= 0)
            seen |= FIELD_BIT(id);
        if (id >= 0 && (listed & FIELD_BIT(id)))
            ok &= read_field(item, &msg_fields[id], msg, ok ? err : NULL);
        else if (!is_type || msg->type == MSG_UNKNOWN)
            cJSON_AddItemToArray(extra, cJSON_DetachItemViaPointer(root, item)); /* keeps its key */
    }
    uint64_t missing = row->must & ~seen;
    for (int id = 0; ok && missing >> id != 0; id++)
        if (missing & FIELD_BIT(id))
            ok = err_set(err, ERR_FORMAT, "A \"%s\" needs the field \"%s\".", row->name,
                         msg_fields[id].name);
    return ok;
}

bool msg_decode(struct msg *msg, const struct frame *frame, struct err *err)
{
    cJSON *root = parse(&frame->header, err), *extra = NULL;
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "type"));
    bool ok = false;
    if (!root)
        return false;
    if (!type) {
        err_set(err, ERR_FORMAT, "The message has no \"type\".");
        goto out;
    }
    msg->type = msg_type_from_name(type, strlen(type));
    extra = cJSON_CreateObject();
    if (!extra)
        die("There is not enough memory to read a message.");
    ok = read_fields(root, msg, extra, err);
    if (extra->child) {
        char *text = cJSON_PrintUnformatted(extra);
        if (!text)
            die("There is not enough memory to read a message.");
        msg->extra = mem_string(text);
        cJSON_free(text);
    }
    if (ok && msg->type == MSG_CHUNK && !msg->id == !msg->file)
        ok = err_set(err, ERR_FORMAT, "A \"chunk\" needs either \"id\" or \"file\".");
    if (ok && frame->payload.size > msg_types[msg->type].payload_max)
        ok = err_set(err, ERR_LIMIT, "A \"%s\" can carry %u bytes at most.",
                     msg_types[msg->type].name, (unsigned)msg_types[msg->type].payload_max);
    msg->payload = frame->payload;
out:
    cJSON_Delete(root);
    cJSON_Delete(extra);
    return ok;
}

/* ---- writing ---- */

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
    const void *place = place_of(msg, field);
    const char *text = NULL;
    uint64_t value = 0;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
    case FIELD_ROOM:
    case FIELD_LABEL:
    case FIELD_HEX:
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
