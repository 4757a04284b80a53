/* Sound and pictures are said in the order of their times, sound a little ahead, whichever stands where in the file: so the client needs
 * small buffers, and a full pipe is all that holds this back. */
#include "client/media/helper/av/play.h"

#include <libavformat/avformat.h>
#include <libavutil/frame.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/channel.h"
#include "client/media/helper/av/pace.h"
#include "client/media/helper/av/reel.h"
#include "client/media/helper/av/screen.h"
#include "client/media/helper/av/source.h"
#include "client/media/helper/av/speaker.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/wire/limits.h"

#define MS_US 1000
#define SEEKS_MAX 4          /* tries to land before what is sought, each further back */
#define SEEK_BACK_US 2000000 /* the first time; four times as much each time */
#define SOUND_LEAD_US \
    150000 /* sound is said so long before its pictures: of these the client can hold few */
#define QUICK_US 120000 /* a seek that takes longer shows what it has so far */

enum head {              /* of a track */
            HEAD_WANTED, /* the next frame is to be decoded */
            HEAD_HERE,
            HEAD_ENDED,
            HEAD_STARVED, /* as WANTED, when the other one has gone on */
};
struct play {
    struct channel *channel;
    AVFormatContext *format;
    struct reel reel;
    struct speaker speaker;
    struct screen screen;
    struct pace pace;
    enum head sound, film; /* ENDED also for what is not there or not wanted */
    bool hears, sees;      /* the file has a track, and somebody wants it */
    int64_t film_end_us;   /* behind the last picture so far */
    bool ended;            /* said */
    /* after a seek */
    int64_t sought_us; /* what is before it is not said; -1: that was passed */
    bool landed;       /* the first frame came */
    int tries;
    int64_t since_us; /* when it came */
    bool quick;       /* a picture on the way was shown */
    AVFrame *held;    /* the last picture before the moment sought, if `holds` */
    bool holds;
};

/* --- seeking --- */

static void begin_at(struct play *play, int64_t time_us)
{
    play->sound = play->hears ? HEAD_WANTED : HEAD_ENDED;
    play->film = play->sees ? HEAD_WANTED : HEAD_ENDED;
    play->film_end_us = time_us;
    play->ended = play->landed = play->quick = play->holds = false;
    play->sought_us = time_us;
    play->since_us = clock_now_us();
    av_frame_unref(play->held);
    speaker_seek(&play->speaker, time_us);
    pace_begin(&play->pace);
}

/* Some forms have an index or a title at their end, which is not here yet of a file that is still coming: they are opened without,
 * and only those that cannot be are waited for. */
static bool open_file(struct play *play, struct err *err)
{
    struct channel *channel = play->channel;
    channel->hasty = true;
    for (int i = 0; i < 2 && !play->format && (channel->hasty || channel->skipped); i++) {
        channel_io(channel)->eof_reached = channel_io(channel)->error = 0;
        avio_seek(channel_io(channel), 0, SEEK_SET);
        play->format = source_open_played(channel_io(channel), err);
        channel->hasty = false;
    }
    return play->format && reel_open(&play->reel, play->format, 0, err);
}

static void close_file(struct play *play)
{
    reel_close(&play->reel);
    avformat_close_input(&play->format);
}

/* Move the file to before time_us; what cannot be sought in is opened anew and read from its start. False if that fails too. */
static bool move_to(struct play *play, int64_t time_us)
{
    play->channel->may_interrupt = true;
    if (reel_seek(&play->reel, time_us) || play->channel->orders.seek)
        return true;
    play->channel->may_interrupt = false;
    close_file(play);
    struct err err = {0};
    const bool ok = open_file(play, &err);
    if (!ok)
        channel_error(play->channel, &err);
    else
        reel_want_film(&play->reel, play->sees);
    play->channel->may_interrupt = true;
    return ok;
}

static bool seek(struct play *play, int64_t time_us)
{
    play->tries = 0;
    begin_at(play, time_us);
    return move_to(play, time_us);
}

/* The first frame since the seek, of the track that seeking goes by: if it is late, what lies before it was missed. */
static bool is_missed(struct play *play, const struct track *track)
{
    const bool first = !play->landed;
    play->landed = true;
    return first && play->sought_us > 0 && track->time_us > play->sought_us + track->length_us &&
           play->tries < SEEKS_MAX;
}

static bool seek_further_back(struct play *play)
{
    const int64_t back_us = (int64_t)SEEK_BACK_US << (2 * play->tries);
    const int64_t time_us = play->sought_us;
    begin_at(play, time_us);
    play->tries++;
    return move_to(play, back_us < time_us ? time_us - back_us : 0);
}

/* --- orders --- */

static bool obey_show(struct play *play, int width, int height)
{
    const bool saw = play->sees;
    play->screen.box_width = width;
    play->screen.box_height = height;
    play->sees = reel_has_film(&play->reel) && width > 0 && height > 0;
    reel_want_film(&play->reel, play->sees);
    if (saw && !play->sees)
        play->film = HEAD_ENDED;
    if (saw || !play->sees || play->channel->orders.seek)
        return true;
    const bool over = play->ended;
    const bool ok = seek(play, play->hears ? speaker_time_us(&play->speaker) : play->film_end_us);
    play->ended = over;
    return ok;
}

/* False if the file cannot be read any more. */
static bool obey(struct play *play)
{
    struct orders *orders = &play->channel->orders;
    bool ok = true;
    if (orders->show)
        ok = obey_show(play, orders->width, orders->height);
    orders->show = false;
    if (orders->speed) {
        speaker_speed(&play->speaker, play->channel, orders->percent);
        pace_begin(&play->pace);
    }
    orders->speed = false;
    if (orders->seek) {
        const int64_t time_us = orders->seek_ms * MS_US;
        play->channel->serial = orders->seek_serial;
        orders->seek = false;
        ok = seek(play, time_us) && ok;
    }
    return ok;
}

/* --- pictures --- */

static void paint(struct play *play, const AVFrame *frame, int64_t time_us)
{
    if (screen_paint(&play->screen, frame, play->reel.film.stream))
        channel_picture(play->channel, time_us < 0 ? 0 : time_us / MS_US, play->screen.pixels,
                        play->screen.width, play->screen.height);
    pace_painted(&play->pace, time_us);
}

/* A picture from before the moment sought is kept: the last one of them is what is on the screen then. */
static void hold(struct play *play)
{
    av_frame_unref(play->held);
    av_frame_move_ref(play->held, play->reel.film.frame);
    play->holds = true;
    play->film = HEAD_WANTED;
    const bool slow = !play->quick && clock_now_us() - play->since_us > QUICK_US;
    if (slow || play->reel.film.next_us > play->sought_us) {
        play->quick = true;
        play->holds = false; /* unless another one comes */
        paint(play, play->held, play->sought_us);
    }
}

static void paint_held(struct play *play)
{
    if (play->holds)
        paint(play, play->held, play->sought_us);
    play->holds = false;
    play->sought_us = -1;
    av_frame_unref(play->held);
}

static void say_picture(struct play *play)
{
    const struct track *film = &play->reel.film;
    if (play->sought_us >= 0 && film->time_us <= play->sought_us) {
        hold(play);
        return;
    }
    if (play->sought_us >= 0)
        paint_held(play);
    if (!pace_is_late(&play->pace, film->time_us))
        paint(play, film->frame, film->time_us);
    play->film_end_us = film->time_us + film->length_us;
    play->film = HEAD_WANTED;
    pace_said(&play->pace, play->channel, film->time_us, play->speaker.percent);
    pace_hurry(&play->pace, &play->reel.film);
}

/* --- sound --- */

static void fill(struct play *play, int64_t gap_us)
{
    speaker_put_silence(&play->speaker, gap_us);
}

static void say_sound(struct play *play)
{
    struct speaker *speaker = &play->speaker;
    if (speaker_say(speaker, play->channel, false)) {
        pace_said(&play->pace, play->channel, speaker_time_us(speaker), speaker->percent);
        return;
    }
    const struct track *sound = &play->reel.sound;
    if (play->sound == HEAD_HERE) {
        const int64_t gap_us = speaker_gap_us(speaker, sound->time_us);
        if (gap_us > 0) {
            fill(play, gap_us);
        } else {
            speaker_put(speaker, sound->frame, sound->time_us);
            play->sound = HEAD_WANTED;
        }
    } else { /* it ended, or starves: the film goes on, and its clock is what is heard */
        const int64_t until_us =
            play->film == HEAD_HERE ? play->reel.film.time_us : play->film_end_us;
        fill(play, until_us - speaker_time_us(speaker));
        if (play->sound == HEAD_STARVED)
            play->sound = HEAD_WANTED;
    }
}

/* --- both --- */

static bool is_film_behind(const struct play *play)
{
    const int64_t lead_us = play->sound == HEAD_HERE ? SOUND_LEAD_US : 0;
    return play->film == HEAD_HERE &&
           (!play->hears || play->sought_us >= play->reel.film.time_us ||
            play->reel.film.time_us + lead_us < speaker_time_us(&play->speaker));
}

/* Decode the next frame of the track if it is wanted. False: interrupted, or begun anew. */
static bool fetch(struct play *play, enum head *head, struct track *track, bool leads, bool *ok)
{
    if (*head != HEAD_WANTED)
        return true;
    switch (reel_next(&play->reel, track)) {
    case REEL_FRAME:
        *head = HEAD_HERE;
        if (!leads || !is_missed(play, track))
            return true;
        *ok = seek_further_back(play);
        return false;
    case REEL_END:
        *head = HEAD_ENDED;
        if (leads && !play->landed && play->sought_us > 0 && play->tries < SEEKS_MAX) {
            *ok = seek_further_back(play);
            return false;
        }
        if (track == &play->reel.sound)
            speaker_put_rest(&play->speaker);
        return true;
    case REEL_STARVED:
        *head = HEAD_STARVED;
        return true;
    case REEL_INTERRUPTED:
    default:
        return false;
    }
}

static void say_ended(struct play *play)
{
    paint_held(play); /* what was sought is behind the last picture: that one stays */
    while (speaker_say(&play->speaker, play->channel, true))
        ;
    channel_ended(play->channel);
    play->ended = true;
}

/* One frame further. False if the file cannot be read any more. */
static bool go_on(struct play *play)
{
    bool ok = true;
    if (!fetch(play, &play->film, &play->reel.film, true, &ok) ||
        !fetch(play, &play->sound, &play->reel.sound, !play->sees, &ok))
        return ok;
    const bool film_is_over = play->film == HEAD_ENDED, sound_is_over = play->sound == HEAD_ENDED;
    if (is_film_behind(play))
        say_picture(play);
    else if (play->hears &&
             (!sound_is_over || play->film == HEAD_HERE || play->speaker.count >= SPEAKER_PIECE ||
              (play->sees && speaker_time_us(&play->speaker) < play->film_end_us)))
        say_sound(play);
    else if (film_is_over)
        say_ended(play);
    if (play->film == HEAD_STARVED)
        play->film = HEAD_WANTED;
    return ok;
}

static void say_facts(const struct play *play)
{
    struct facts facts = {.kind = "audio", .duration_ms = source_duration_ms(play->format)};
    if (play->channel->skipped &&
        play->format->duration_estimation_method == AVFMT_DURATION_FROM_PTS)
        facts.duration_ms = 0; /* what was taken for the end is none */
    if (reel_has_film(&play->reel)) {
        facts.kind = "video";
        facts.silent = play->reel.sound.stream == NULL;
        screen_size(play->reel.film.stream, &facts.width, &facts.height);
    }
    answer_facts(&facts);
}

static bool parse(int argc, char **argv, uint64_t numbers[5])
{
    static const uint64_t most[5] = {NUMBER_MAX, DURATION_MAX_MS, PERCENT_MAX, PREVIEW_SIDE_MAX,
                                     PREVIEW_SIDE_MAX};
    for (int i = 0; i < 5; i++)
        if (argc != 6 || !str_to_u64(argv[i + 1], most[i], &numbers[i]))
            return false;
    return true;
}

int play_run(int argc, char **argv, os_file input)
{
    uint64_t numbers[5];
    (void)input; /* a pipe: channel.h */
    if (!parse(argc, argv, numbers))
        return 2;
    struct play play = {.channel = channel_create(numbers[0]), .held = av_frame_alloc()};
    struct err err = {0};
    if (!play.held)
        die("Out of memory while playing.");
    speaker_init(&play.speaker);
    if (!open_file(&play, &err)) {
        channel_error(play.channel, &err);
        return 1;
    }
    say_facts(&play);
    play.channel->may_interrupt = true;
    play.screen.box_width = (int)numbers[3];
    play.screen.box_height = (int)numbers[4];
    play.hears = play.reel.sound.stream != NULL;
    play.sees = reel_has_film(&play.reel) && numbers[3] > 0 && numbers[4] > 0;
    reel_want_film(&play.reel, play.sees);
    speaker_speed(&play.speaker, play.channel, numbers[2] > 0 ? (int)numbers[2] : 100);
    begin_at(&play, 0);
    bool ok = numbers[1] == 0 || seek(&play, (int64_t)numbers[1] * MS_US);
    while (ok) {
        if (play.ended)
            channel_wait(play.channel);
        ok = !channel_listen(play.channel) || obey(&play);
        if (ok && !play.ended)
            ok = go_on(&play);
    }
    return 1;
}
