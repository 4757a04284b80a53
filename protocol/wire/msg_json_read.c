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
    if (field->kind == FIELD_EMOJI && !word_is_clean(text))
        return wrong(field->name, "must be one word or emoji that can be seen", err);
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

/* A flag of an entry; absent: false. */
static bool read_flag(const cJSON *entry, const char *name, bool *value, struct err *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(entry, name);
    if (item && !cJSON_IsBool(item))
        return wrong(name, "must be true or false", err);
    *value = cJSON_IsTrue(item);
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
        const cJSON *title = cJSON_GetObjectItemCaseSensitive(entry, "title");
        struct msg_room *room = &msg->rooms[msg->room_count];
        uint64_t count = 0;
        if (!cJSON_IsObject(entry))
            return wrong(field->name, "must be a list of objects", err);
        if (!read_name(cJSON_GetObjectItemCaseSensitive(entry, "name"), "name", true, &room->name,
                       err))
            return false;
        msg->room_count++;
        if ((seq && !read_number(seq, "seq", NUMBER_MAX, &room->seq, err)) ||
            (people && !read_number(people, "people", PEOPLE_MAX, &count, err)) ||
            !read_flag(entry, "private", &room->private, err) ||
            (title && !read_name(title, "title", false, &room->title, err)))
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
        const cJSON *read = cJSON_GetObjectItemCaseSensitive(entry, "read");
        struct msg_member *member = &msg->members[msg->member_count++];
        if (!cJSON_IsObject(entry))
            return wrong(field->name, "must be a list of objects", err);
        if (!read_hex(cJSON_GetObjectItemCaseSensitive(entry, "uid"), "uid", UID_DIGITS,
                      &member->uid, err) ||
            !read_name(cJSON_GetObjectItemCaseSensitive(entry, "name"), "name", false,
                       &member->name, err))
            return false;
        if (!read_flag(entry, "online", &member->online, err) ||
            (read && !read_number(read, "read", NUMBER_MAX, &member->read, err)))
            return false;
    }
    return true;
}

static bool read_field(const cJSON *item, const struct msg_field *field, struct msg *msg,
                       struct err *err)
{
    void *place = msg_place(msg, field);
    uint64_t number = 0;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_LABEL:
    case FIELD_EMOJI:
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
