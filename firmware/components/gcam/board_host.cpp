// The machine on which the firmware is tested. What a test wants to be otherwise stands in its environment:
//   GCAM_HOST_PORT       0: any; its log says which
//   GCAM_HOST_ID         12 hexadecimal digits
//   GCAM_HOST_TOKEN      a fixed one
//   GCAM_HOST_PUSH       HOST PORT ID SECRET
//   GCAM_HOST_RESET      why it started
//   GCAM_HOST_REFUSES    settings by their number, that the sensor refuses
//   GCAM_HOST_SEND_BUFFER  bytes of a connection's send buffer
#ifdef USE_HOST

#include "board.h"

#include "esphome/components/camera/camera.h"
#ifdef USE_GCAM_HOST_CAMERA
#include "esphome/components/gcam_host_camera/gcam_host_camera.h"
#endif

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace esphome::gcam::board {

namespace {

std::string pushes[4];
std::array<int, SETTINGS> values = {4, 12, 0, 0, 0, 0, 0, 0, 0, 300, 0, 0, 0, 0, 1};

uint64_t steady_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}
const uint64_t START_US = steady_us();

const char *said(const char *name) { return std::getenv(name); }
int number(const char *name, int otherwise) { return said(name) != nullptr ? std::atoi(said(name)) : otherwise; }

}  // namespace

void begin(Setup &setup) {
  setup.port = number("GCAM_HOST_PORT", setup.port);
  if (const char *id = said("GCAM_HOST_ID"); id != nullptr && std::strlen(id) == 12)
    std::strcpy(setup.id, id);
  if (said("GCAM_HOST_TOKEN") != nullptr)
    setup.token = said("GCAM_HOST_TOKEN");
  if (const char *push = said("GCAM_HOST_PUSH"); push != nullptr) {
    for (std::string &part : pushes) {
      const char *end = std::strchr(push, ' ');
      part = end == nullptr ? std::string(push) : std::string(push, end);
      push += part.size() + (end == nullptr ? 0 : 1);
    }
    const auto port = static_cast<uint16_t>(std::atoi(pushes[1].c_str()));
    setup.push = {pushes[0].c_str(), port, pushes[2].c_str(), pushes[3].c_str()};
  }
}

// A board has begun before anybody can ask: its first second is not 0.
uint64_t now_us() { return steady_us() - START_US + 1'000'000; }

uint64_t taken_us(camera::CameraImage &image) {
#ifdef USE_GCAM_HOST_CAMERA
  return now_us() - static_cast<gcam_host_camera::HostImage &>(image).age_us();
#else
  return now_us();
#endif
}

void set_interval(camera::Camera *camera, uint32_t interval_ms) {
#ifdef USE_GCAM_HOST_CAMERA
  static_cast<gcam_host_camera::GcamHostCamera *>(camera)->set_interval(interval_ms);
#endif
}

const char *sensor() { return "host"; }

bool set(Setting setting, int value) {
  const int at = static_cast<int>(setting);
  if (at == number("GCAM_HOST_REFUSES", -1))
    return false;
  values[at] = value;
#ifdef USE_GCAM_HOST_CAMERA
  if (setting == Setting::FRAME_SIZE)
    gcam_host_camera::GcamHostCamera::use_folder(FRAME_SIZES[value].name);
#endif
  return true;
}

std::optional<int> get(Setting setting) { return values[static_cast<int>(setting)]; }

Memory memory() {
  const auto free = static_cast<uint64_t>(sysconf(_SC_AVPHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  const auto bounded = static_cast<uint32_t>(std::min<uint64_t>(free, INT32_MAX));
  return {bounded, bounded, std::nullopt};
}

std::optional<int> rssi_dbm() { return std::nullopt; }

const char *reset_reason() { return said("GCAM_HOST_RESET") != nullptr ? said("GCAM_HOST_RESET") : "power_on"; }

void set_streaming(bool /*is_streaming*/) {}

/// A chip's, so that a slow reader is felt as soon as there.
void prepare(int fd) {
  const int bytes = number("GCAM_HOST_SEND_BUFFER", 32768);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

}  // namespace esphome::gcam::board

#endif
