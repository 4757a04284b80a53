/* fuzz_msg.c - any bytes as a frame's header. What is taken must keep every limit of the tables,
 * and written and read again be the same message. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/utf8.h"
#include "protocol/wire/msg_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct msg_field *field, const char *text)
{
    char clean[LABEL_SIZE];
    if (!text)
        return;
    assert(utf8_valid(text, strlen(text)));
    assert(strlen(text) >= field->least);
    switch (field->kind) {
    case FIELD_NAME:
        assert(name_clean(text, clean, NULL) && strcmp(clean, text) == 0);
        break;
    case FIELD_ROOM:
        assert(name_clean_room(text, clean, NULL) && strcmp(clean, text) == 0);
        break;
    case FIELD_EMOJI:
        assert(word_is_clean(text) && strlen(text) <= field->limit);
        break;
    case FIELD_LABEL:
        label_clean(text, clean);
        assert(strcmp(clean, text) == 0);
        break;
    case FIELD_WORDS:
        assert(strlen(text) <= FEATURES_MAX * (WORD_MAX + 1));
        break;
    default:
        assert(strlen(text) <= field->limit);
    }
}

static void check(const struct msg *msg)
{
    for (int id = 0; id < F_COUNT; id++) {
        const struct msg_field *field = &msg_fields[id];
        const void *place = (const char *)msg + field->offset;
        switch (field->kind) {
        case FIELD_U32:
            assert(*(const uint32_t *)place <= field->limit);
            break;
        case FIELD_U64:
            assert(*(const uint64_t *)place <= field->limit);
            break;
        case FIELD_TIME:
            assert(*(const int64_t *)place >= 0 &&
                   (uint64_t) * (const int64_t *)place <= field->limit);
            break;
        case FIELD_BOOL:
            break;
        case FIELD_ROOMS:
        case FIELD_RESUME:
            assert(msg->room_count <= ROOMS_MAX && msg->resume_count <= ROOMS_MAX);
            break;
        case FIELD_MEMBERS:
            assert(msg->member_count <= MEMBERS_MAX);
            break;
        default:
            check_text(field, *(char *const *)place);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct frame frame = {{data, size}, {NULL, 0}};
    struct msg msg = {0}, again = {0};
    struct err err = {0};
    struct buf out;
    if (size < FRAME_HEADER_MIN || size > FRAME_HEADER_MAX)
        return 0;
    buf_init(&out, FRAME_SIZE_MAX);
    if (!msg_decode(&msg, &frame, &err)) {
        assert(err.kind != ERR_NONE && err.text[0]);
        assert(utf8_valid(err.text, strlen(err.text)));
    } else {
        char *text, *text_again;
        check(&msg);
        text = msg_to_text(&msg);
        if (msg_encode(&msg, &out)) { /* odd numbers in extra may print longer than they were */
            assert(frame_next(buf_peek(&out).data, out.size, FRAME_BODY_MAX, &frame, NULL) > 0);
            assert(msg_decode(&again, &frame, NULL));
            text_again = msg_to_text(&again);
            assert(strcmp(text, text_again) == 0);
            mem_free(text_again);
        }
        mem_free(text);
        msg_clone_free(msg_clone(&msg));
    }
    buf_finish(&out);
    msg_destroy(&msg);
    msg_destroy(&again);
    return 0;
}
