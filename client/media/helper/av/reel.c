#include "client/media/helper/av/reel.h"

#include <stdlib.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/common.h>
#include <libavutil/cpu.h>

#include "client/media/helper/av/source.h"
#include "protocol/base/mem.h"

#define ERRORS_MAX 64              /* packets that cannot be read, in a row */
#define PREROLL_US 100000          /* of sound before what is to be heard: decoders need a run-up */
#define JUMP_US 10000000           /* timestamps further apart than this have jumped */
#define LARGE_PIXELS (4096 * 2304) /* of larger pictures fewer are decoded at once: memory */
#define LARGE_THREADS 2
#define SECOND_US 1000000
#define HURRY_US \
    500000 /* before the picture that was sought: the one on the screen then may be as old */

/* --- packets that wait --- */

static void queue_clear(struct track *track)
{
    for (; track->count > 0; track->count--) {
        av_packet_free(&track->packets[track->first]);
        track->first = (track->first + 1) % REEL_QUEUE_PACKETS_MAX;
    }
    track->bytes = 0;
}

static bool queue_is_full(const struct track *track)
{
    return track->bytes >= REEL_QUEUE_BYTES_MAX || track->count == REEL_QUEUE_PACKETS_MAX;
}

static void queue_put(struct track *track, AVPacket *packet)
{
    AVPacket *own = av_packet_alloc();
    if (!own)
        die("Out of memory while decoding.");
    av_packet_move_ref(own, packet);
    track->packets[(track->first + track->count++) % REEL_QUEUE_PACKETS_MAX] = own;
    track->bytes += (size_t)own->size;
}

static AVPacket *queue_take(struct track *track)
{
    if (track->count == 0)
        return NULL;
    AVPacket *packet = track->packets[track->first];
    track->first = (track->first + 1) % REEL_QUEUE_PACKETS_MAX;
    track->count--;
    track->bytes -= (size_t)packet->size;
    return packet;
}

/* --- opening --- */

static bool track_open(struct track *track, const AVStream *stream, int threads)
{
    const int64_t pixels = (int64_t)stream->codecpar->width * stream->codecpar->height;
    track->codec = source_open_decoder(
        stream, pixels > LARGE_PIXELS && threads > LARGE_THREADS ? LARGE_THREADS : threads, 0);
    if (!track->codec)
        return false;
    track->frame = av_frame_alloc();
    if (!track->frame)
        die("Out of memory while decoding.");
    track->packets = mem_alloc(REEL_QUEUE_PACKETS_MAX, sizeof *track->packets);
    track->stream = stream;
    return true;
}

static void track_close(struct track *track)
{
    queue_clear(track);
    mem_free(track->packets);
    avcodec_free_context(&track->codec);
    av_frame_free(&track->frame);
}

static void track_reset(struct track *track, int64_t time_us)
{
    queue_clear(track);
    if (track->codec)
        avcodec_flush_buffers(track->codec);
    track->drained = false;
    track->skip = AVDISCARD_DEFAULT;
    track->next_us = time_us;
    track->hurry_until_us = INT64_MIN;
    track->last_dts_us = INT64_MIN;
    track->shift_us = 0;
}

bool reel_open(struct reel *reel, AVFormatContext *format, int threads, struct err *err)
{
    *reel = (struct reel){.format = format};
    const int cores = av_cpu_count();
    if (threads < 1)
        threads = cores > SOURCE_THREADS_MAX ? SOURCE_THREADS_MAX : cores;
    const int film = source_film(format);
    const int sound = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, film, NULL, 0);
    if (film >= 0)
        track_open(&reel->film, format->streams[film], threads);
    if (sound >= 0)
        track_open(&reel->sound, format->streams[sound], 1);
    if (!reel->film.codec && !reel->sound.codec)
        return err_set(
            err, ERR_FORMAT,
            "Nothing in this file can be played here: what it is made with is not known.");
    int64_t base_us = INT64_MAX;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        AVStream *stream = format->streams[i];
        const bool ours = stream == reel->film.stream || stream == reel->sound.stream;
        stream->discard = ours ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
        if (ours && stream->start_time != AV_NOPTS_VALUE &&
            source_us(stream->start_time, stream->time_base) < base_us)
            base_us = source_us(stream->start_time, stream->time_base);
    }
    reel->base_us = base_us == INT64_MAX ? 0 : base_us;
    track_reset(&reel->film, 0);
    track_reset(&reel->sound, 0);
    return true;
}

void reel_close(struct reel *reel)
{
    track_close(&reel->film);
    track_close(&reel->sound);
}

bool reel_has_film(const struct reel *reel)
{
    return reel->film.codec != NULL;
}

void reel_want_film(struct reel *reel, bool wanted)
{
    for (unsigned i = 0; reel->film.codec && i < reel->format->nb_streams; i++)
        if (reel->format->streams[i] == reel->film.stream)
            reel->format->streams[i]->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
}

/* --- reading --- */

/* Forms that are broadcast begin to count anew in the middle, and others by mistake: a time that goes back far, or (where that is
 * usual) far ahead, goes on from the one before. */
static void bend_time(struct reel *reel, struct track *track, AVPacket *packet)
{
    const AVRational base = track->stream->time_base;
    const int64_t stamp = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (stamp == AV_NOPTS_VALUE)
        return;
    int64_t dts_us = source_us(stamp, base) + track->shift_us;
    const int64_t ahead_us = track->last_dts_us == INT64_MIN ? 0 : dts_us - track->last_dts_us;
    if (ahead_us < -JUMP_US ||
        (ahead_us > JUMP_US && reel->format->iformat->flags & AVFMT_TS_DISCONT)) {
        const int64_t step_us = packet->duration > 0 ? source_us(packet->duration, base) : 0;
        const int64_t shift_us = track->last_dts_us + step_us - dts_us;
        track->shift_us += shift_us;
        if (llabs(track->shift_us) > SOURCE_US_MOST) /* there is nothing to go on from */
            track->shift_us = 0;
        dts_us = source_us(stamp, base) + track->shift_us;
    }
    track->last_dts_us = dts_us;
    const int64_t shift = av_rescale_q(track->shift_us, AV_TIME_BASE_Q, base);
    if (packet->dts != AV_NOPTS_VALUE)
        packet->dts = av_sat_add64(packet->dts, shift);
    if (packet->pts != AV_NOPTS_VALUE)
        packet->pts = av_sat_add64(packet->pts, shift);
}

/* Read one packet into its queue. False: interrupted, or nothing follows (reel->at_end). */
static bool read_packet(struct reel *reel)
{
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        die("Out of memory while decoding.");
    const int code = av_read_frame(reel->format, packet);
    bool ok = code != AVERROR_EXIT;
    if (code >= 0) {
        reel->errors = 0;
        struct track *track = NULL;
        if (reel->film.stream && packet->stream_index == reel->film.stream->index &&
            reel->film.stream->discard != AVDISCARD_ALL)
            track = &reel->film;
        else if (reel->sound.stream && packet->stream_index == reel->sound.stream->index)
            track = &reel->sound;
        if (track && !queue_is_full(track)) {
            bend_time(reel, track, packet);
            queue_put(track, packet);
        }
    } else if (code == AVERROR_EOF || (code != AVERROR_EXIT && ++reel->errors > ERRORS_MAX)) {
        reel->at_end = true;
    }
    av_packet_free(&packet);
    return ok;
}

static void time_frame(const struct reel *reel, struct track *track)
{
    const AVFrame *frame = track->frame;
    const AVStream *stream = track->stream;
    int64_t length_us = 0;
    if (track->codec->codec_type == AVMEDIA_TYPE_AUDIO) {
        if (frame->sample_rate > 0)
            length_us = av_rescale(frame->nb_samples, SECOND_US, frame->sample_rate);
    } else {
        const AVRational rate = stream->avg_frame_rate.num > 0 && stream->avg_frame_rate.den > 0
                                    ? stream->avg_frame_rate
                                    : stream->r_frame_rate;
        length_us = rate.num > 0 && rate.den > 0 ? av_rescale(SECOND_US, rate.den, rate.num)
                                                 : SECOND_US / 25;
    }
    track->time_us =
        frame->best_effort_timestamp == AV_NOPTS_VALUE
            ? track->next_us
            : source_us(frame->best_effort_timestamp, stream->time_base) - reel->base_us;
    track->length_us = length_us;
    track->next_us = track->time_us + length_us;
}

static void send(struct track *track, AVPacket *packet)
{
    const int64_t stamp = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    const bool hurry = track->hurry_until_us != INT64_MIN && stamp != AV_NOPTS_VALUE &&
                       source_us(stamp, track->stream->time_base) < track->hurry_until_us;
    track->codec->skip_frame = hurry ? AVDISCARD_NONREF : (enum AVDiscard)track->skip;
    avcodec_send_packet(track->codec, packet); /* damaged ones are skipped */
}

enum reel_result reel_next(struct reel *reel, struct track *track)
{
    struct track *other = track == &reel->film ? &reel->sound : &reel->film;
    for (;;) {
        av_frame_unref(track->frame);
        const int code = avcodec_receive_frame(track->codec, track->frame);
        if (code == 0) {
            time_frame(reel, track);
            return REEL_FRAME;
        }
        if (code == AVERROR_EOF)
            return REEL_END;
        AVPacket *packet = queue_take(track);
        if (packet) {
            send(track, packet);
            av_packet_free(&packet);
        } else if (reel->at_end) {
            if (track->drained)
                return REEL_END;
            avcodec_send_packet(track->codec, NULL);
            track->drained = true;
        } else if (other->stream && queue_is_full(other)) {
            return REEL_STARVED;
        } else if (!read_packet(reel)) {
            return REEL_INTERRUPTED;
        }
    }
}

/* --- seeking --- */

/* In broadcast forms a time that lies before all others is found anywhere but at the start. */
static bool seek_to(AVFormatContext *format, int index, int64_t stamp, bool to_start)
{
    const int flags = format->iformat->flags;
    if (to_start && flags & AVFMT_TS_DISCONT && !(flags & AVFMT_NOBINSEARCH) &&
        av_seek_frame(format, -1, 0, AVSEEK_FLAG_BYTE) >= 0)
        return true;
    return avformat_seek_file(format, index, INT64_MIN, stamp, stamp, 0) >= 0 ||
           av_seek_frame(format, index, stamp, AVSEEK_FLAG_BACKWARD) >= 0 ||
           (to_start && av_seek_frame(format, -1, 0, AVSEEK_FLAG_BYTE) >= 0);
}

bool reel_seek(struct reel *reel, int64_t time_us)
{
    AVFormatContext *format = reel->format;
    const bool film = reel->film.stream && reel->film.stream->discard != AVDISCARD_ALL;
    const int64_t want_us = time_us - (film ? 0 : PREROLL_US);
    int index = -1;
    int64_t stamp = want_us + reel->base_us;
    if (film) {
        index = reel->film.stream->index;
        stamp =
            av_rescale_q_rnd(stamp, AV_TIME_BASE_Q, reel->film.stream->time_base, AV_ROUND_DOWN);
    }
    format->pb->error = 0; /* of a read that was interrupted */
    format->pb->eof_reached = 0;
    const bool ok = seek_to(format, index, stamp, want_us <= 0);
    reel->at_end = false;
    reel->errors = 0;
    track_reset(&reel->film, time_us);
    track_reset(&reel->sound, time_us);
    if (film && time_us > HURRY_US)
        reel->film.hurry_until_us = time_us + reel->base_us - HURRY_US;
    return ok;
}
