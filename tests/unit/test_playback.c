/* test_playback.c: what a person does with a sound or film, and what model.playback says of it. A device that is none pulls as one would; the
 * helper is fake_media.c. */
#include "tests/unit/app_kit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "client/media/sound_port.h"
#include "client/app/action.h"
#include "client/model/model.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/thread.h"
#include "tests/fakes/scene.h"

#define PULL_FRAMES 480 /* 10 ms */

/* ---- a device of our own ---- */

static struct {
    struct mutex *mutex;
    struct thread *thread;
    size_t (*pull)(void *context, float *frames, size_t count);
    void *pull_context;
    void (*take)(void *context, const float *samples, size_t count);
    void *take_context;
    enum sound_state state, record_state;
    bool quit;
    float loudest; /* that was ever heard since it was set to 0 */
    unsigned plays;
} device;

static void device_body(void *unused)
{
    static float frames[PULL_FRAMES * SOUND_CHANNELS];
    (void)unused;
    for (bool quit = false; !quit; usleep(10000)) {
        mutex_lock(device.mutex);
        quit = device.quit;
        size_t got = device.pull ? device.pull(device.pull_context, frames, PULL_FRAMES) : 0;
        for (size_t i = 0; i < got * SOUND_CHANNELS; i++)
            device.loudest = frames[i] > device.loudest ? frames[i] : device.loudest;
        for (size_t i = 0; i < PULL_FRAMES; i++)
            frames[i] = i % 2 ? .5f : -.5f;
        if (device.take)
            device.take(device.take_context, frames, PULL_FRAMES);
        mutex_unlock(device.mutex);
    }
}

static void port_play(size_t (*pull)(void *context, float *frames, size_t count), void *context)
{
    mutex_lock(device.mutex);
    device.pull = pull;
    device.pull_context = context;
    device.plays++;
    mutex_unlock(device.mutex);
}

static void port_stop(void)
{
    mutex_lock(device.mutex);
    device.pull = NULL;
    mutex_unlock(device.mutex);
}

static enum sound_state port_state(struct err *err)
{
    if (device.state == SOUND_NONE)
        err_set(err, ERR_SYSTEM, "Nothing can be heard here.");
    return device.state;
}

static int port_delay_ms(void)
{
    return 20;
}

static void port_record(void (*take)(void *context, const float *samples, size_t count),
                        void *context)
{
    mutex_lock(device.mutex);
    device.take = take;
    device.take_context = context;
    mutex_unlock(device.mutex);
}

static void port_record_stop(void)
{
    mutex_lock(device.mutex);
    device.take = NULL;
    mutex_unlock(device.mutex);
}

static enum sound_state port_record_state(struct err *err)
{
    if (device.record_state == SOUND_NONE)
        err_set(err, ERR_SYSTEM, "There is no microphone here.");
    return device.record_state;
}

static const struct sound_port port = {port_play,        port_stop,   port_state,
                                       port_delay_ms,    port_record, port_record_stop,
                                       port_record_state};

static bool is_pulled(void)
{
    mutex_lock(device.mutex);
    const bool pulled = device.pull != NULL || device.take != NULL;
    mutex_unlock(device.mutex);
    return pulled;
}

/* The loudest since the last call. */
static float loudest(void)
{
    mutex_lock(device.mutex);
    const float loud = device.loudest;
    device.loudest = 0;
    mutex_unlock(device.mutex);
    return loud;
}

static char helper[OS_PATH_MAX];

static void with_sound(struct app_config *config)
{
    config->sound = &port;
    config->helper = helper;
}

static int open_device(void **state)
{
    char program[OS_PATH_MAX];
    dirs_program(program);
    path_join(helper, program, "fake_media");
    memset(&device, 0, sizeof device);
    device.state = device.record_state = SOUND_READY;
    device.mutex = mutex_create();
    device.thread = thread_start(device_body, NULL, NULL);
    return set_up(state);
}

static int close_device(void **state)
{
    int result = tear_down(state);
    mutex_lock(device.mutex);
    device.quit = true;
    mutex_unlock(device.mutex);
    thread_join(device.thread);
    mutex_destroy(device.mutex);
    return result;
}

/* ---- a chat ---- */

static struct person *ann, *bob;

static void enter(void)
{
    scene_start_server(&scene);
    ann = scene_add(&scene, "ann", with_sound);
    bob = scene_add(&scene, "bob", with_sound);
    person_enter(ann, scene.port);
    person_enter(bob, scene.port);
}

/* A file whose first words tell the fake helper what it is. */
static struct message *share(struct person *from, const char *name, const char *what)
{
    char path[OS_PATH_MAX], text[100] = "";
    struct err err = {0};
    path_join(path, scene.folder, name);
    str_copy(text, sizeof text, what);
    assert_true(file_save(path, text, sizeof text, &err));
    send_file(from, path);
    const int64_t until_ms = clock_now_ms() + SCENE_PATIENCE_MS;
    struct message *message;
    while ((message = find_file(bob, name)) == NULL || message->file->state != FILE_COMPLETE ||
           find_file(ann, name)->seq == 0) {
        assert_true(clock_now_ms() < until_ms);
        scene_turn(&scene, 5);
    }
    return message;
}

static const struct playback *now(void)
{
    return &app_model(bob->app)->playback;
}

static void play(struct message *message)
{
    action_play(bob->app, person_room(bob, "lobby"), message);
}

#define UNTIL(condition)                                                    \
    do {                                                                    \
        const int64_t until_ms = clock_now_ms() + SCENE_PATIENCE_MS;        \
        while (!(condition)) {                                              \
            if (clock_now_ms() > until_ms)                                  \
                fail_msg("%s: state %d, %s", #condition, (int)now()->state, \
                         now()->trouble ? now()->trouble : "no trouble");   \
            scene_turn(&scene, 5);                                          \
        }                                                                   \
    } while (0)

static void test_play_pause_seek_end(void **state)
{
    (void)state;
    enter();
    struct message *song = share(ann, "song.ogg", "sound 900");
    assert_int_equal(now()->state, PLAY_NONE);
    play(song); /* it is not here yet: it is fetched */
    assert_int_equal(now()->state, PLAY_OPENING);
    UNTIL(now()->state == PLAY_PLAYING && now()->position_ms > 0);
    assert_true(now()->seq == song->seq && !now()->film && now()->duration_ms == 900);
    action_pause(bob->app, true);
    assert_int_equal(now()->state, PLAY_PAUSED);
    UNTIL(!is_pulled()); /* and the device is let go of */
    scene_idle(&scene, 50);
    const int64_t stood_ms = now()->position_ms;
    scene_idle(&scene, 100);
    assert_int_equal(now()->position_ms, stood_ms);
    action_seek(bob->app, 700);
    assert_int_equal(now()->position_ms, 700);
    action_pause(bob->app, false);
    UNTIL(now()->state == PLAY_PLAYING);
    assert_true(now()->position_ms >= 700);
    UNTIL(now()->state == PLAY_ENDED);
    assert_int_equal(now()->position_ms, 900);
    assert_false(is_pulled());
    play(song); /* anew */
    UNTIL(now()->state == PLAY_PLAYING);
    assert_true(now()->position_ms < 700);
    action_stop_playing(bob->app);
    assert_int_equal(now()->state, PLAY_NONE);
}

/* One at a time, each from where it was left. */
static void test_places(void **state)
{
    (void)state;
    enter();
    struct message *one = share(ann, "one.ogg", "sound 20000");
    struct message *two = share(ann, "two.ogg", "sound 20000");
    play(one);
    UNTIL(now()->state == PLAY_PLAYING);
    action_seek(bob->app, 9000);
    UNTIL(now()->position_ms > 9000);
    play(two);
    assert_int_equal(now()->seq, two->seq);
    UNTIL(now()->state == PLAY_PLAYING && now()->position_ms > 0);
    assert_true(now()->position_ms < 9000);
    play(one);
    UNTIL(now()->state == PLAY_PLAYING);
    assert_true(now()->position_ms >= 9000);
}

static void test_next_of_the_same_person(void **state)
{
    (void)state;
    enter();
    struct message *one = share(ann, "one.ogg", "sound 200");
    person_say(bob, "a remark");
    share(bob, "bob.ogg", "sound 200"); /* a file of another's: the row ends here */
    struct message *two = share(ann, "two.ogg", "sound 200");
    person_say(bob, "another remark");
    struct message *three = share(ann, "three.ogg", "sound 200");
    play(one);
    UNTIL(now()->state == PLAY_ENDED);
    assert_int_equal(now()->seq, one->seq);
    play(two);
    UNTIL(now()->seq == three->seq);
    UNTIL(now()->state == PLAY_ENDED);
    assert_int_equal(now()->seq, three->seq);
    /* what would have to be fetched and is too large for that is not, as nobody has asked */
    action_set_auto_fetch(bob->app, 4);
    share(ann, "four.ogg", "sound 210");
    play(three);
    UNTIL(now()->state == PLAY_PLAYING);
    UNTIL(now()->state == PLAY_ENDED);
    scene_idle(&scene, 200);
    assert_int_equal(now()->seq, three->seq);
}

static void test_volume_and_speed(void **state)
{
    (void)state;
    enter();
    struct message *song = share(ann, "song.ogg", "sound 60000");
    action_set_volume(bob->app, 50, false);
    play(song);
    UNTIL(now()->state == PLAY_PLAYING);
    action_seek(bob->app, 2000); /* full swing from here on */
    UNTIL(now()->position_ms > 2100);
    const float half = loudest();
    assert_true(half > .2f && half < .3f);
    action_set_volume(bob->app, 50, true);
    scene_idle(&scene, 100);
    loudest();
    scene_idle(&scene, 100);
    assert_true(loudest() == 0);
    assert_string_equal(app_setting(bob->app, "volume"), "50");
    assert_string_equal(app_setting(bob->app, "quiet"), "1");
    action_set_speed(bob->app, 1000);
    assert_int_equal(now()->speed, 200);
    UNTIL(now()->state == PLAY_PLAYING);
}

static void test_deleted_and_left(void **state)
{
    (void)state;
    enter();
    struct message *song = share(ann, "song.ogg", "sound 20000");
    play(song);
    UNTIL(now()->state == PLAY_PLAYING);
    action_delete(ann->app, person_room(ann, "lobby"), find_file(ann, "song.ogg"));
    UNTIL(now()->state == PLAY_NONE);
    assert_false(is_pulled());
    song = share(ann, "song2.ogg", "sound 20000");
    play(song);
    UNTIL(now()->state == PLAY_PLAYING);
    action_disconnect(bob->app);
    UNTIL(now()->state == PLAY_NONE);
}

static void test_own_file_plays_from_its_place(void **state)
{
    (void)state;
    enter();
    share(bob, "mine.ogg", "sound 20000");
    play(find_file(bob, "mine.ogg"));
    UNTIL(now()->state == PLAY_PLAYING);
    assert_true(find_file(bob, "mine.ogg")->file->transfer.upload);
}

static void test_film(void **state)
{
    (void)state;
    enter();
    struct message *film = share(ann, "film.mp4", "film 1000 25");
    action_show_film(bob->app, 64, 36);
    play(film);
    UNTIL(now()->frame != NULL && now()->state == PLAY_PLAYING);
    assert_true(now()->film && now()->width == 640 && now()->height == 360);
    assert_true(now()->frame->width == 64 && now()->frame->height == 36);
    const uint32_t serial = now()->frame->serial;
    UNTIL(now()->frame->serial != serial);
    action_pause(bob->app, true);
    UNTIL(!is_pulled());
    action_seek(bob->app, 600);
    UNTIL(now()->frame->pixels[0] == 15); /* seen while it stands */
    action_pause(bob->app, false);
    UNTIL(now()->state == PLAY_ENDED);
    assert_int_equal(now()->frame->pixels[0], 24);
}

/* A film goes on without sound when the device is lost and there is no other; a sound says why it cannot be heard. */
static void test_no_device(void **state)
{
    (void)state;
    enter();
    struct message *film = share(ann, "film.mp4", "film 60000 25");
    struct message *song = share(ann, "song.ogg", "sound 20000");
    play(film);
    UNTIL(now()->state == PLAY_PLAYING);
    device.state = SOUND_NONE;
    UNTIL(now()->no_device);
    const int64_t at_ms = now()->position_ms;
    UNTIL(now()->position_ms > at_ms + 100);
    assert_false(is_pulled());
    UNTIL(now()->state == PLAY_PLAYING);
    play(song);
    UNTIL(now()->state == PLAY_FAILED);
    assert_string_equal(now()->trouble, "Nothing can be heard here.");
    device.state = SOUND_READY;
    play(song);
    UNTIL(now()->state == PLAY_PLAYING);
    assert_null(now()->trouble);
}

static void test_helper_goes_wrong(void **state)
{
    (void)state;
    enter();
    struct message *bad = share(ann, "bad.ogg", "crash 500");
    struct message *song = share(ann, "song.ogg", "sound 500");
    play(bad);
    UNTIL(now()->state == PLAY_FAILED);
    assert_non_null(now()->trouble);
    play(song);
    UNTIL(now()->state == PLAY_ENDED);
}

/* What one that was left said last is not taken for a word of the next, which may be where that one was in memory. */
static void test_late_mail(void **state)
{
    (void)state;
    enter();
    struct message *bad = share(ann, "bad.ogg", "crash 500");
    struct message *song = share(ann, "song.ogg", "sound 20000");
    play(song);
    UNTIL(now()->state == PLAY_PLAYING);
    play(bad);
    UNTIL(now()->state == PLAY_FAILED);
    for (int i = 0; i < 5; i++) {
        play(bad);
        usleep(200000); /* nobody opens its mail */
        play(song);
        scene_turn(&scene, 0);
        UNTIL(now()->state == PLAY_PLAYING);
    }
}

/* While nothing plays and while it stands, nothing is due. */
static void test_costs_nothing(void **state)
{
    (void)state;
    enter();
    struct message *song = share(ann, "song.ogg", "sound 20000");
    play(song);
    UNTIL(now()->state == PLAY_PLAYING);
    assert_true(app_next_due_ms(bob->app) < clock_now_ms() + 1000);
    action_pause(bob->app, true);
    UNTIL(!is_pulled());
    scene_idle(&scene, 50);
    assert_true(app_next_due_ms(bob->app) > clock_now_ms() + 1000);
}

/* ---- voice messages ---- */

static const struct recording *recording(void)
{
    return &app_model(bob->app)->recording;
}

static size_t voice_files(void)
{
    char **names, temporary[OS_PATH_MAX];
    size_t count, voices = 0;
    dirs_temp(temporary);
    assert_true(file_list(temporary, &names, &count, NULL));
    for (size_t i = 0; i < count; i++)
        voices += str_starts(names[i], "confab-outgoing-");
    file_list_free(names, count);
    return voices;
}

/* Nobody else on this computer hears what is spoken. */
static void expect_private_files(void)
{
    char **names, temporary[OS_PATH_MAX], path[OS_PATH_MAX];
    size_t count, found = 0;
    struct stat facts;
    dirs_temp(temporary);
    assert_true(file_list(temporary, &names, &count, NULL));
    for (size_t i = 0; i < count; i++)
        if (str_starts(names[i], "confab-outgoing-") && path_join(path, temporary, names[i]) &&
            stat(path, &facts) == 0) {
#ifndef _WIN32 /* the person's folder has an access list instead */
            assert_int_equal(facts.st_mode & 077, 0);
#endif
            found++;
        }
    assert_true(found > 0);
    file_list_free(names, count);
}

static struct message *find_voice(const struct person *person)
{
    const struct room *room = person_room(person, "lobby");
    for (size_t i = 0; i < room->message_count; i++)
        if (room->messages[i]->file && room->messages[i]->file->voice)
            return room->messages[i];
    return NULL;
}

static void test_voice_message(void **state)
{
    (void)state;
    enter();
    const size_t before = voice_files();
    action_record(bob->app, person_room(bob, "lobby"));
    assert_true(recording()->active);
    UNTIL(recording()->ms > 600);
    assert_true(recording()->level > .5f && recording()->levels[WAVE_BARS - 1] > 100 &&
                recording()->levels[0] == 0);
    expect_private_files();
    action_record_end(bob->app, true);
    assert_false(recording()->active);
    assert_false(is_pulled());
    UNTIL(find_voice(ann) != NULL && find_voice(ann)->file->state == FILE_COMPLETE);
    const struct file_part *file = find_voice(ann)->file;
    assert_true(file->duration_ms > 600 && file->wave != NULL && file->wave[50] > 100);
    assert_true(str_starts(file->label, "Voice message 20"));
    assert_int_equal(file->size, file->duration_ms * SOUND_RATE / 1000);
    assert_string_equal(file->kind, "audio");
    UNTIL(voice_files() == before);
}

static void test_voice_thrown_away(void **state)
{
    (void)state;
    enter();
    const size_t before = voice_files();
    action_record(bob->app, person_room(bob, "lobby"));
    UNTIL(recording()->ms > 400);
    action_record_end(bob->app, false);
    scene_idle(&scene, 100);
    assert_null(find_voice(bob));
    assert_int_equal(voice_files(), before);
    action_record(bob->app, person_room(bob, "lobby")); /* and the program ends meanwhile */
    UNTIL(recording()->ms > 100);
}

/* What was spoken is kept as long as it can be sent. */
static void test_voice_is_tried_again(void **state)
{
    (void)state;
    enter();
    const size_t before = voice_files();
    struct room *room = person_room(bob, "lobby");
    scene_stop_server(&scene);
    action_record(bob->app, room);
    UNTIL(recording()->ms > 400);
    action_record_end(bob->app, true);
    UNTIL(find_voice(bob) != NULL);
    action_cancel(bob->app, room, find_voice(bob));
    scene_idle(&scene, 30);
    action_try_again(bob->app, room, find_voice(bob)); /* it has another id now */
    scene_idle(&scene, 30);
    assert_null(find_voice(bob)->trouble);
    assert_int_equal(voice_files(), before + 1);
    scene_start_server(&scene);
    action_retry_now(bob->app);
    UNTIL(find_voice(bob)->file->transfer.state == TRANSFER_DONE);
    UNTIL(voice_files() == before);
}

/* What was spoken for one server is not said on another that has a room of the same name. */
static void test_voice_stays_on_its_server(void **state)
{
    (void)state;
    enter();
    const size_t before = voice_files();
    action_record(bob->app, person_room(bob, "lobby"));
    UNTIL(recording()->ms > 400);
    action_record_end(bob->app, true);
    action_connect(bob->app, "localhost", scene.port);
    assert_int_equal(voice_files(), before);
}

static void test_no_microphone(void **state)
{
    (void)state;
    enter();
    device.record_state = SOUND_NONE;
    action_record(bob->app, person_room(bob, "lobby"));
    UNTIL(!recording()->active);
    assert_string_equal(recording()->trouble, "There is no microphone here.");
    device.record_state = SOUND_READY;
    action_record(bob->app, person_room(bob, "lobby"));
    assert_true(recording()->active);
    assert_null(recording()->trouble);
}

/* What was said until then is kept, to be sent or not. */
static void test_microphone_is_taken_away(void **state)
{
    (void)state;
    enter();
    action_record(bob->app, person_room(bob, "lobby"));
    UNTIL(recording()->ms > 400);
    device.record_state = SOUND_NONE;
    UNTIL(recording()->trouble != NULL);
    assert_true(recording()->active && !is_pulled());
    action_record_end(bob->app, true);
    UNTIL(find_voice(ann) != NULL && find_voice(ann)->file->state == FILE_COMPLETE);
}

/* Of one's own the file is here, whatever became of its sending: that is not asked for again. */
static void test_own_cancelled_file(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    struct err err = {0};
    const size_t size = 64 << 20;
    enter();
    char *bytes = mem_alloc(size, 1);
    str_copy(bytes, 64, "sound 20000");
    path_join(path, scene.folder, "large.ogg");
    assert_true(file_save(path, bytes, size, &err));
    mem_free(bytes);
    send_file(bob, path);
    struct message *message = find_file(bob, "large.ogg");
    UNTIL(message->seq != 0);
    action_cancel(bob->app, person_room(bob, "lobby"), message);
    UNTIL(message->file->state == FILE_FAILED);
    assert_int_equal(message->file->transfer.state, TRANSFER_CANCELLED);
    play(message);
    assert_int_equal(message->file->transfer.state, TRANSFER_CANCELLED);
    UNTIL(now()->state == PLAY_PLAYING);
    message->file->voice = true; /* and tried again it is what it was */
    message->file->duration_ms = 20000;
    text_set(&message->file->label, "Voice message.ogg");
    action_try_again(bob->app, person_room(bob, "lobby"), message);
    const struct message *again = last_message(bob);
    assert_true(again != message && again->file->voice && again->file->duration_ms == 20000);
    assert_string_equal(again->file->label, "Voice message.ogg");
}

#define WITH_DEVICE(name) cmocka_unit_test_setup_teardown(name, open_device, close_device)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DEVICE(test_play_pause_seek_end),
        WITH_DEVICE(test_places),
        WITH_DEVICE(test_next_of_the_same_person),
        WITH_DEVICE(test_volume_and_speed),
        WITH_DEVICE(test_deleted_and_left),
        WITH_DEVICE(test_own_file_plays_from_its_place),
        WITH_DEVICE(test_film),
        WITH_DEVICE(test_no_device),
        WITH_DEVICE(test_helper_goes_wrong),
        WITH_DEVICE(test_late_mail),
        WITH_DEVICE(test_costs_nothing),
        WITH_DEVICE(test_voice_message),
        WITH_DEVICE(test_voice_thrown_away),
        WITH_DEVICE(test_voice_is_tried_again),
        WITH_DEVICE(test_voice_stays_on_its_server),
        WITH_DEVICE(test_no_microphone),
        WITH_DEVICE(test_microphone_is_taken_away),
        WITH_DEVICE(test_own_cancelled_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
