/* The screens over a model filled by hand with what the design's pictures show: each thing stands where they have it. */
#include "client/ui/views/root.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/unit/ui_content.h"

/* ---- the promises ---- */

static void chat_stands_as_designed(void)
{
    /* side */
    stands("text", "Studio", 58, 8, 0, 0);
    stands("text", "192.168.1.20", 72, 28, 0, 0);
    stands("text", "ROOMS", 16, 72, 0, 0);
    stands("row", "lobby", 8, 93, 247, 34);
    stands("row", "design", 8, 129, 247, 34);
    stands("row", "music", 8, 166, 247, 34);
    stands("row", "release", 8, 202, 247, 34);
    stands("text", "3", 231, 138, 0, 0);
    stands("text", "DIRECT", 16, 253, 0, 0);
    stands("row", "Sravya", 8, 274, 247, 38);
    stands("row", "Likitha", 8, 314, 247, 38);
    stands("text", "1\"", 231, 285, 0, 0);
    stands("button", "Settings", 225, 757, 32, 32);
    stands_nth("text", "Sanjay", 0, 54, 754, 0, 0);
    stands("text", "Online", 54, 773, 0, 0);
    /* head */
    stands_nth("text", "lobby", 1, 312, 16, 0, 0);
    stands("text", "5 members", 370, 19, 0, 0);
    stands("button", "Search in this room", 902, 12, 32, 32);
    stands("button", "Mute", 934, 12, 32, 32);
    stands("button", "Members", 966, 12, 32, 32);
    /* what was said */
    stands("message", "report-final.pdf", 660, 635, 324, 69);
    stands("text", "report-final.pdf", 728, 645, 0, 0);
    stands("text", "6.2 of 14.8 MB · 11 MB/s · 1 s left", 728, 666, 0, 0);
    stands("progress", "report-final.pdf", 728, 689, 244, 4);
    stands("text", "Likitha is typing…", 288, 711, 0, 0);
    /* members */
    stands("text", "MEMBERS · 5", 1025, 15, 0, 0);
    stands("member", "Sanjay", 1009, 35, 271, 39);
    stands("member", "Sreehitha", 1009, 230, 271, 39);
    stands("text", "SHARED MEDIA", 1025, 286, 0, 0);
}

static void test_chat_dark(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    fill_chat();
    show("chat-dark");
    chat_stands_as_designed();
    close_screen();
}

static void test_chat_light(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_LIGHT);
    fill_chat();
    show("chat-light");
    chat_stands_as_designed();
    close_screen();
}

/* Twice the pixels, the same places. */
static void test_chat_at_200(void **state)
{
    (void)state;
    open_screen(1280, 800, 2, APP_THEME_DARK);
    fill_chat();
    show("chat-dark-200");
    chat_stands_as_designed();
    close_screen();
}

static void connect_stands_as_designed(void)
{
    stands("text", "Confab", 486, 149, 0, 0);
    stands("text", "Your name", 420, 224, 0, 0);
    stands("field", "Your name", 420, 247, 440, 48);
    stands("text", "On this network", 420, 309, 0, 0);
    stands("row", "Studio", 421, 334, 438, 58);
    stands("row", "Reading room", 421, 392, 438, 58);
    stands_nth("button", "Join", 0, 787, 346, 58, 33);
    stands("text", "Or enter an address", 420, 465, 0, 0);
    stands("text", "No route to host.", 420, 541, 0, 0);
    stands("button", "Start a chat on this computer", 420, 604, 440, 44);
}

static void test_connect(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    fill_connect();
    show("connect-dark");
    connect_stands_as_designed();
    action_set_theme(screen.app, APP_THEME_LIGHT);
    show("connect-light");
    connect_stands_as_designed();
    close_screen();
    open_screen(1280, 800, 2, APP_THEME_DARK);
    fill_connect();
    show("connect-dark-200");
    connect_stands_as_designed();
    close_screen();
}

static void test_drop(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    fill_chat();
    frame();
    input_push(&screen.queue, &(struct input){.kind = INPUT_DROP_OVER, .x = 600, .y = 400}, NULL);
    show("drop-dark");
    stands("text", "Drop to send to #lobby", 493, 394, 0, 0);
    stands("text", "Images, audio, video or any file", 419, 440, 0, 0);
    close_screen();
    open_screen(1280, 800, 1, APP_THEME_DARK);
    frame();
    input_push(&screen.queue, &(struct input){.kind = INPUT_DROP_OVER, .x = 600, .y = 400}, NULL);
    show("drop-connect-dark");
    assert_true(has("text", "Join a chat first"));
    close_screen();
}

/* Nothing of the chat may lie outside a small window; sides come over it when asked for. */
static void test_narrow(void **state)
{
    (void)state;
    for (int large = 0; large < 2; large++) {
        open_screen(380, 480, large ? 2 : 1, APP_THEME_DARK);
        fill_chat();
        show(large ? "narrow-200" : "narrow");
        assert_false(has("row", "lobby"));
        assert_false(has("member", "Sanjay"));
        struct rect r;
        assert_true(find("message", "report-final.pdf", 0, &r));
        assert_true(r.x >= 0 && r.x + r.w <= 380);
        assert_true(find("button", "Send\"", 0, &r));
        assert_true(r.x + r.w <= 380 && r.y + r.h <= 480);
        click("button", "Rooms");
        show(large ? "narrow-rooms-200" : "narrow-rooms");
        stands("row", "lobby", 8, 93, 247, 34);
        click("row", "lobby");
        show("narrow-back");
        assert_false(has("row", "lobby"));
        click("button", "Members");
        show(large ? "narrow-members-200" : "narrow-members");
        assert_true(has("member", "Sanjay"));
        close_screen();
    }
    open_screen(380, 480, 1, APP_THEME_LIGHT);
    fill_connect();
    show("narrow-connect");
    assert_true(has("field", "Your name"));
    close_screen();
}

/* Between the limits the members go first. */
static void test_collapse(void **state)
{
    (void)state;
    static const struct {
        int w;
        bool rooms, members;
    } cases[] = {{606, true, false}, {605, false, false}, {859, true, false}, {860, true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_screen(cases[i].w, 600, 1, APP_THEME_DARK);
        fill_chat();
        show("collapse");
        assert_int_equal(has("row", "lobby"), cases[i].rooms);
        assert_int_equal(has("member", "Sanjay"), cases[i].members);
        assert_int_equal(has("button", "Rooms"), !cases[i].rooms);
        close_screen();
    }
}

static void test_every_script(void **state)
{
    (void)state;
    static const char *const names[] = {"Sanjay", "Likitha", "עמית", "ياسمين الأندلسية صاحبة الاسم",
                                        "さくら", "สมชาย"};
    open_screen(1280, 1000, 1, APP_THEME_LIGHT);
    struct room *lobby = enter(names, sizeof names / sizeof *names);
    say(lobby, names[3], 9, 1, "مرحبا بالجميع، متى نلتقي اليوم؟ 123 abc");
    say(lobby, names[2], 9, 2, "שלום! נפגשים ב־18:00 (בערך)");
    say(lobby, "Likitha", 9, 3, "नमस्ते, क्या हाल है? తెలుగు కూడా");
    say(lobby, names[5], 9, 4, "สวัสดีครับ วันนี้อากาศดีมากเลย ไปเดินเล่นกันไหม");
    say(lobby, names[4], 9, 5, "今日はいい天気ですね。散歩に行きませんか？ 中国 한국어");
    say(lobby, "Likitha", 9, 6, "👩‍👩‍👧 🎉 👍🏽 🇮🇳 1️⃣ ok");
    say(lobby, "Sanjay", 9, 7,
        "A long message that has to be broken into lines because no bubble may be wider than the "
        "design says, "
        "whatever people write: "
        "https://example.org/averyveryverylongaddress/withoutanyspaces/"
        "whichhastobebrokensomewhere?yes=1");
    say(lobby, names[3], 9, 8,
        "طويل جدا: هذا نص عربي طويل يجب أن يلتف على عدة أسطر داخل الفقاعة لأن عرضها محدود، ونريد "
        "أن "
        "تبدأ الأسطر من اليمين كما يجب");
    file(lobby, "Likitha", 9, 9,
         "a-very-long-file-name-that-cannot-fit-into-a-card-of-this-width-at-all.tar.gz", "file",
         UINT64_C(5368709120));
    lobby->read_seq = screen.seq;
    show("scripts");
    struct rect r;
    for (int i = 0; find("message", "", i, &r); i++)
        assert_true(r.w <= 560 && r.x >= 264 && r.x + r.w <= 1008);
    assert_true(has("message", "今日は"));
    close_screen();
}

static void test_empty_room(void **state)
{
    (void)state;
    open_screen(1000, 680, 1, APP_THEME_DARK);
    enter(people, 1);
    show("empty");
    assert_true(has("text", "Nothing was said in lobby yet"));
    assert_true(has("text", "1 member\""));
    close_screen();
}

/* Everything a message can be. */
static void test_states(void **state)
{
    (void)state;
    open_screen(1000, 1400, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 3);
    say(lobby, "Sravya", 9, 0, "one")->time_ms -= INT64_C(86400000);
    add(lobby, MESSAGE_JOINED, "Sarat", 9, 1);
    add(lobby, MESSAGE_JOINED, "Sehouriey", 9, 1);
    lobby->read_seq = screen.seq;
    say(lobby, "Sravya", 9, 2, "two");
    say(lobby, "Sravya", 9, 3, "three");
    say(lobby, "Sravya", 9, 9, "later than 300 s: a group of its own");
    struct message *m = file(lobby, "Sravya", 9, 10, "song.ogg", "audio", 4 << 20);
    m = file(lobby, "Sravya", 9, 10, "film.mp4", "video", 90 << 20);
    m->file->transfer = (struct transfer){
        .state = TRANSFER_ACTIVE, .done = 10 << 20, .size = 90 << 20, .rate = 5e6};
    m = file(lobby, "Sravya", 9, 10, "saved.pdf", "file", 12345);
    m->file->transfer.state = TRANSFER_DONE;
    text_set(&m->file->transfer.saved_path, "/tmp/saved.pdf");
    m = file(lobby, "Sravya", 9, 10, "gone.zip", "file", 1 << 30);
    m->file->state = FILE_FAILED;
    text_set(&m->trouble, "Sravya cancelled it.");
    m = file(lobby, "Sravya", 9, 11, "coming.jpg", "image", 2 << 20);
    m->file->width = 400, m->file->height = 120;
    m = file(lobby, "Sanjay", 9, 12, "notes.txt", "file", 999);
    m->file->transfer =
        (struct transfer){.state = TRANSFER_DONE, .upload = true, .done = 999, .size = 999};
    m = say(lobby, "Sanjay", 9, 13, "this one was refused");
    m->state = MESSAGE_FAILED;
    text_set(&m->trouble, "The server is full. Ask whoever runs it.");
    struct message *pending = message_create(MESSAGE_TEXT);
    pending->own = true;
    pending->time_ms = clock_wall_ms();
    pending->sent_ms = clock_now_ms() - 5000;
    text_set(&pending->id, "ff");
    text_set(&pending->name, "Sanjay");
    text_set(&pending->text, "on its way");
    room_add_message(lobby, pending);
    lobby->pending_count = 1;
    screen.model->link = LINK_LOST;
    screen.model->retry_at_ms = clock_now_ms() + 3900;
    text_set(&screen.model->trouble, "Nobody answers at 192.168.1.20.");
    show("states");
    assert_true(has("text", "Yesterday"));
    assert_true(has("text", "Today"));
    assert_true(has("text", "Sarat and Sehouriey joined the chat"));
    assert_true(has("text", "New messages"));
    assert_true(has("text", "The server is full."));
    assert_true(has("text", "Connection lost. Trying again in 4 s."));
    assert_true(has("button", "Retry now"));
    assert_true(has("progress", "film.mp4"));
    assert_true(has("link", "Try again"));
    assert_true(has("image", "coming.jpg"));
    close_screen();
}

static void test_viewer(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *lobby = fill_chat();
    struct message *sunset = room_find_seq(lobby, lobby->messages[6]->seq);
    sunset->file->width = 4032, sunset->file->height = 2268;
    frame();
    click("image", "dusk.jpg");
    show("viewer-dark");
    assert_true(has("button", "Close"));
    input_push(&screen.queue, &(struct input){.kind = INPUT_KEY, .key = KEY_LEFT}, NULL);
    show("viewer-left-dark");
    stands("text", "sunset.jpg · 4032×2268 · 3.1 MB", 64, 31, 0, 0);
    input_push(&screen.queue, &(struct input){.kind = INPUT_KEY, .key = KEY_ESCAPE}, NULL);
    show("viewer-gone");
    assert_false(has("button", "Close"));
    close_screen();
}

/* What another person is still sending can be saved already; what broke cannot. */
static void test_menu(void **state)
{
    (void)state;
    open_screen(1000, 680, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 2);
    struct message *coming = photo(lobby, "Sravya", 9, 0, "coming.jpg", DUSK, 300, 168);
    coming->file->state = FILE_COMING;
    show("menu-before");
    right_click("message", "coming.jpg");
    show("menu-coming");
    assert_true(has("menuitem", "Save"));
    assert_null(strstr(strstr(screen.dump, "\"menuitem\",\"label\":\"Save"), "disabled"));
    input_push(&screen.queue, &(struct input){.kind = INPUT_KEY, .key = KEY_ESCAPE}, NULL);
    coming->file->state = FILE_FAILED; /* a card from now on */
    lobby->version++;
    show("menu-gone");
    assert_false(has("menuitem", "Save"));
    right_click("message", "coming.jpg");
    show("menu-failed");
    assert_non_null(strstr(strstr(screen.dump, "\"menuitem\",\"label\":\"Save"), "disabled"));
    close_screen();
}

/* A text of 200 lines is folded, and opens. */
static void test_fold(void **state)
{
    (void)state;
    char text[200 * 16];
    size_t size = 0;
    open_screen(1000, 680, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 2);
    for (int i = 0; i < 200; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "line %d\n", i);
    say(lobby, "Sravya", 9, 0, text);
    show("fold");
    struct rect folded, whole;
    assert_true(find("message", "line 0", 0, &folded));
    assert_true(folded.h < 45 * 21);
    click("link", "Show more");
    show("unfolded");
    assert_false(has("link", "Show more"));
    assert_true(find("text", "line 0", 0, &whole));
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chat_dark),    cmocka_unit_test(test_chat_light),
        cmocka_unit_test(test_chat_at_200),  cmocka_unit_test(test_connect),
        cmocka_unit_test(test_drop),         cmocka_unit_test(test_narrow),
        cmocka_unit_test(test_collapse),     cmocka_unit_test(test_states),
        cmocka_unit_test(test_every_script), cmocka_unit_test(test_empty_room),
        cmocka_unit_test(test_viewer),       cmocka_unit_test(test_menu),
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
