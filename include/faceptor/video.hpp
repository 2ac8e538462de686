#pragma once

/// Videos: where frames come from and go to, faces followed through them. Part of `faceptor::vision`; what FFmpeg reads and writes is in
/// faceptor/ffmpeg.
// clang-format off: in the order data flows
#include <faceptor/video/byte_stream.hpp>      // bytes of a file or a pipe, read once from front to back
#include <faceptor/video/frame_source.hpp>     // a frame, what gives frames, what takes them
#include <faceptor/video/image_sequence.hpp>   // pictures, each a frame
#include <faceptor/video/mjpeg.hpp>            // JPEGs one behind the other
#include <faceptor/video/raw_frames.hpp>       // frames without compression: raw RGB, YUV4MPEG2
#include <faceptor/video/open_frames.hpp>      // a source by its name
#include <faceptor/video/face_tracker.hpp>     // which faces are those of the frames before
#include <faceptor/video/one_euro_filter.hpp>  // points without trembling
#include <faceptor/video/output_stream.hpp>    // where a stream is written to
// clang-format on
