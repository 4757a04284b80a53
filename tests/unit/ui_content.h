/* ui_content.h - what the design's pictures show, and what else tests put on the screens of ui_screen.h. */
#ifndef CONFAB_TESTS_UI_CONTENT_H
#define CONFAB_TESTS_UI_CONTENT_H

#include <math.h>

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/unit/ui_screen.h"

/* ---- the design's content ---- */

struct stop {
    float at;
    uint8_t r, g, b;
};

enum { SUNSET, FIELDS, DUSK, LAMP, PICTURE_COUNT };
static const struct stop stops[PICTURE_COUNT][6] = {
    [SUNSET] = {{0, 0x0b, 0x22, 0x39},
                {.34f, 0x27, 0x50, 0x8a},
                {.60f, 0xd9, 0x8a, 0x5b},
                {.64f, 0xf5, 0xc9, 0x8a},
                {.645f, 0x2a, 0x3b, 0x4f},
                {1, 0x16, 0x22, 0x2f}},
    [FIELDS] = {{0, 0x16, 0x3d, 0x2b},
                {.45f, 0x3f, 0x8f, 0x5f},
                {.75f, 0xcf, 0xe7, 0xa8},
                {1, 0xf6, 0xf0, 0xd0}},
    [DUSK] = {{0, 0x29, 0x1d, 0x3e},
              {.5f, 0x6b, 0x3a, 0x72},
              {.8f, 0xd9, 0x71, 0x8c},
              {1, 0xf6, 0xb5, 0x9a}},
    [LAMP] = {{0, 0xff, 0xe6, 0xa7},
              {.4f, 0xf4, 0xa2, 0x61},
              {.8f, 0x9c, 0x3d, 0x54},
              {1, 0x9c, 0x3d, 0x54}},
};

static inline void color_at(const struct stop *s, float at, uint8_t *rgba)
{
    while (s[1].at < at && s[1].at < 1)
        s++;
    float part = (at - s[0].at) / (s[1].at - s[0].at);
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    rgba[0] = (uint8_t)((float)s[0].r + ((float)s[1].r - (float)s[0].r) * part + .5f);
    rgba[1] = (uint8_t)((float)s[0].g + ((float)s[1].g - (float)s[0].g) * part + .5f);
    rgba[2] = (uint8_t)((float)s[0].b + ((float)s[1].b - (float)s[0].b) * part + .5f);
    rgba[3] = 255;
}

static inline struct picture *paint(int kind, int w, int h)
{
    struct picture *picture = picture_create(w, h);
    const float angle = 115 * 3.14159265f / 180, dx = sinf(angle), dy = -cosf(angle);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const float fx = ((float)x + .5f) / (float)w, fy = ((float)y + .5f) / (float)h;
            float at = fy;
            if (kind == FIELDS)
                at = .5f + ((fx - .5f) * (float)w * dx + (fy - .5f) * (float)h * dy) /
                               (fabsf((float)w * dx) + fabsf((float)h * dy));
            else if (kind == LAMP)
                at = hypotf(fx - .3f, fy - .3f) / hypotf(.7f, .7f);
            color_at(stops[kind], at, picture->pixels + 4 * ((size_t)y * (size_t)w + (size_t)x));
        }
    return picture;
}

/* Today at this hour, here. */
static inline int64_t today(int hour, int minute)
{
    const int64_t now_ms = clock_wall_ms();
    const struct clock_day day = clock_local(now_ms);
    return now_ms + ((int64_t)(hour - day.hour) * 60 + minute - day.minute) * 60000;
}

static inline struct message *add(struct room *room, enum message_kind kind, const char *name,
                                  int hour, int minute)
{
    struct message *message = message_create(kind);
    char uid[UID_DIGITS + 1], id[33];
    message->own = str_equal(name, "Sanjay");
    message->state = message->own ? MESSAGE_STORED : MESSAGE_RELAYED;
    message->seq = ++screen.seq;
    message->time_ms = message->sent_ms = today(hour, minute);
    str_format(uid, sizeof uid, "%.16s", message->own ? ME : name);
    str_copy(message->from, sizeof message->from, uid);
    str_format(id, sizeof id, "%032llx", (unsigned long long)message->seq);
    text_set(&message->id, id);
    text_set(&message->name, name);
    return room_add_message(room, message);
}

static inline struct message *say(struct room *room, const char *name, int hour, int minute,
                                  const char *text)
{
    struct message *message = add(room, MESSAGE_TEXT, name, hour, minute);
    text_set(&message->text, text);
    return message;
}

static inline struct message *file(struct room *room, const char *name, int hour, int minute,
                                   const char *label, const char *kind, uint64_t size)
{
    struct message *message = add(room, MESSAGE_FILE, name, hour, minute);
    text_set(&message->file->label, label);
    text_set(&message->file->kind, kind);
    text_set(&message->file->id, label);
    message->file->size = size;
    message->file->state = FILE_COMPLETE;
    return message;
}

static inline struct message *photo(struct room *room, const char *name, int hour, int minute,
                                    const char *label, int kind, int w, int h)
{
    struct message *message = file(room, name, hour, minute, label, "image", 3100000);
    message->file->width = w;
    message->file->height = h;
    message->file->picture =
        paint(kind, (int)((float)w * screen.scale), (int)((float)h * screen.scale));
    return message;
}

/* A sound of the design's shape (gen.py's wf()). */
static inline struct message *sound(struct room *room, const char *name, int hour, int minute,
                                    const char *label, int64_t duration_ms)
{
    struct message *message = file(room, name, hour, minute, label, "audio", 1200000);
    message->file->duration_ms = duration_ms;
    message->file->wave = mem_alloc(WAVE_BARS, 1);
    for (int i = 0; i < WAVE_BARS; i++) {
        const double at = (double)i * 56 / WAVE_BARS;
        message->file->wave[i] = (uint8_t)(255 * fabs(sin(at * .55) * cos(at * .23 + 1)));
    }
    return message;
}

/* It plays, as far as the window can tell. */
static inline void plays(const struct room *room, const struct message *message,
                         enum play_state state, int64_t position_ms)
{
    struct playback *playback = &screen.model->playback;
    playback->state = state;
    str_copy(playback->room, sizeof playback->room, room->name);
    playback->seq = message->seq;
    playback->duration_ms = message->file->duration_ms;
    playback->position_ms = position_ms;
    playback->speed = 100;
    playback->volume = 80;
    model_touch(screen.model);
}

static inline struct room *enter(const char *const *names, size_t count)
{
    struct model *model = screen.model;
    model->link = LINK_ONLINE;
    str_copy(model->server_name, sizeof model->server_name, "Studio");
    str_copy(model->host, sizeof model->host, "192.168.1.20");
    str_copy(model->my_uid, sizeof model->my_uid, ME);
    model->encrypted = true;
    text_set(&model->features, "edit react read private direct");
    struct room *lobby = model_add_room(model, "lobby");
    lobby->joined = lobby->history_complete = true;
    for (size_t i = 0; i < count; i++) {
        char uid[UID_DIGITS + 1];
        str_format(uid, sizeof uid, "%016zx", i + 1);
        room_set_member(lobby, uid, names[i], !str_equal(names[i], "Sreehitha"));
    }
    model->room = lobby;
    model_touch(model);
    return lobby;
}

static const char *const people[] = {"Sanjay",    "Sravya", "Likitha",
                                     "Sehouriey", "Sarat",  "Sreehitha"};

static inline struct room *direct_with(const char *name, const char *uid)
{
    char room_name[NAME_SIZE];
    str_format(room_name, sizeof room_name, "@%s%s", ME, uid);
    struct room *room = model_add_room(screen.model, room_name);
    room->kind = ROOM_DIRECT;
    str_copy(room->title, sizeof room->title, name);
    str_copy(room->peer, sizeof room->peer, uid);
    return room;
}

static inline void more_rooms(void)
{
    struct room *design = model_add_room(screen.model, "design");
    design->joined = true;
    for (int i = 0; i < 3; i++)
        say(design, "Sravya", 10, 30, "the grid is off by one");
    model_add_room(screen.model, "music");
    model_add_room(screen.model, "release")->kind = ROOM_PRIVATE;
    struct room *sravya = direct_with("Sravya", "0000000000000002");
    sravya->joined = true;
    say(sravya, "Sravya", 10, 31, "only for you");
    direct_with("Likitha", "0000000000000003")->joined = true;
}

static inline struct room *fill_chat(void)
{
    struct room *lobby = enter(people, sizeof people / sizeof *people);
    more_rooms();
    /* the design's grid, oldest first; these lie above what is in sight */
    static const int above[] = {SUNSET, FIELDS, LAMP, FIELDS};
    for (size_t i = 0; i < 4; i++)
        photo(lobby, "Sarat", 9, 30, "walk.jpg", above[i], 160, 160);
    add(lobby, MESSAGE_JOINED, "Sravya", 10, 40);
    say(lobby, "Sravya", 10, 41, "hello! the photos from yesterday are in");
    photo(lobby, "Sravya", 10, 42, "sunset.jpg", SUNSET, 380, 214);
    say(lobby, "Sanjay", 10, 43, "that one goes on the cover");
    plays(lobby, sound(lobby, "Likitha", 10, 44, "theme-v3.ogg", 91000), PLAY_PLAYING, 38300);
    photo(lobby, "Likitha", 10, 45, "dusk.jpg", DUSK, 300, 168);
    struct message *report = file(lobby, "Sanjay", 10, 46, "report-final.pdf", "file", 14800000);
    report->state = MESSAGE_RELAYED;
    report->file->state = FILE_COMING;
    report->file->transfer = (struct transfer){
        .state = TRANSFER_ACTIVE, .upload = true, .done = 6200000, .size = 14800000, .rate = 11e6};
    room_find_member(lobby, "0000000000000003")->typing_until_ms = clock_now_ms() + 60000;
    lobby->read_seq = screen.seq;
    text_set(&lobby->draft, "Looks great, shipping it");
    return lobby;
}

static inline void see(size_t i, const char *name, const char *host, uint32_t count, bool encrypted)
{
    struct beacon_seen *seen = &screen.model->seen[i];
    str_copy(seen->server, sizeof seen->server, name);
    str_copy(seen->host, sizeof seen->host, host);
    seen->port = 5050;
    seen->people = count;
    seen->encrypted = encrypted;
}

static inline void fill_connect(void)
{
    struct model *model = screen.model;
    model->seen = mem_alloc(2, sizeof *model->seen);
    model->seen_count = 2;
    see(0, "Studio", "192.168.1.20", 5, true);
    see(1, "Reading room", "192.168.1.7", 2, false);
    text_set(&model->trouble,
             "No route to host. Check the address, or that the server is running.");
    model_touch(model);
    frame(); /* the address has the keyboard now */
    input_push(&screen.queue, &(struct input){.kind = INPUT_TEXT}, "192.168.0.101:5050");
}

#endif
