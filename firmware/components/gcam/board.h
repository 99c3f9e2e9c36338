#pragma once

#include <cstdint>
#include <optional>

// What differs between a chip and the machine on which the firmware is tested. Nothing else does: `board_esp32.cpp`
// and `board_host.cpp` are the only files that know where they run.

namespace esphome::camera {
class Camera;
class CameraImage;
}  // namespace esphome::camera

namespace esphome::gcam {

/// What a sensor can be told. Values are those of the contract: numbers as they are, words by their place.
enum class Setting : uint8_t {
  FRAME_SIZE,
  QUALITY,
  MIRROR,
  FLIP,
  BRIGHTNESS,
  CONTRAST,
  SATURATION,
  EXPOSURE,
  EXPOSURE_LEVEL,
  EXPOSURE_TIME,
  NIGHT_EXPOSURE,
  GAIN_CEILING,
  WHITE_BALANCE,
  EFFECT,
  LENS_CORRECTION,
};
inline constexpr int SETTINGS = static_cast<int>(Setting::LENS_CORRECTION) + 1;

struct FrameSize {
  const char *name;
  uint16_t width;
  uint16_t height;
};
/// By their place: the values of `Setting::FRAME_SIZE`.
inline constexpr FrameSize FRAME_SIZES[] = {
    {"qqvga", 160, 120}, {"qvga", 320, 240}, {"cif", 400, 296}, {"hvga", 480, 320},   {"vga", 640, 480},
    {"svga", 800, 600},  {"xga", 1024, 768}, {"hd", 1280, 720}, {"sxga", 1280, 1024}, {"uxga", 1600, 1200},
};
inline constexpr int SIZES = sizeof(FRAME_SIZES) / sizeof(FRAME_SIZES[0]);

/// What the board's YAML says. On the host its environment may say otherwise.
struct Setup {
  uint16_t port{81};
  /// Fixed by the YAML; nullptr: to be claimed.
  const char *token{nullptr};
  const char *name{nullptr};
  const char *board{""};
  const char *version{""};
  /// The chip's address, 12 lower case hexadecimal digits.
  char id[13]{};
  struct {
    const char *address{nullptr};
    uint16_t port{8485};
    const char *camera{""};
    const char *secret{""};
  } push;
};

struct Memory {
  uint32_t free;
  uint32_t largest;
  std::optional<uint32_t> psram_free;
};

namespace board {

/// Before anything else.
void begin(Setup &setup);
/// Since the board's start.
uint64_t now_us();
/// When a picture was taken, by the same clock.
uint64_t taken_us(camera::CameraImage &image);
/// The camera's pace: at least so much between two pictures.
void set_interval(camera::Camera *camera, uint32_t interval_ms);
/// nullptr: none answers.
const char *sensor();
/// False: refused.
bool set(Setting setting, int value);
/// What it is set to now; nothing where the sensor has a value that the contract has no word for.
std::optional<int> get(Setting setting);
Memory memory();
std::optional<int> rssi_dbm();
/// Why it started, in the contract's word.
const char *reset_reason();
/// Pictures are being sent: the radio is to stay on its channel.
void set_streaming(bool is_streaming);
/// What a connection needs beside what `socket` sets.
void prepare(int fd);

}  // namespace board
}  // namespace esphome::gcam
