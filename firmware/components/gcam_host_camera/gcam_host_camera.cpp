// What its environment may say otherwise:
//   GCAM_HOST_PICTURES  the folder
//   GCAM_HOST_MOVES     a file: while it is there, what is played is of the folder `moves` below, at the same places
//   GCAM_HOST_FPS       of the sensor
//   GCAM_HOST_MOST      so many pictures, then no more
#include "gcam_host_camera.h"

#ifdef USE_HOST
#include "esphome/core/log.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace esphome::gcam_host_camera {

static const char *const TAG = "gcam_host_camera";

static std::string wanted_folder = "vga";  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static std::string used_folder;            // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

static uint64_t steady_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

uint64_t HostImage::age_us() const { return steady_us() - this->taken_us_; }

void HostReader::set_image(std::shared_ptr<camera::CameraImage> image) {
  this->image_ = std::move(image);
  this->offset_ = 0;
}

size_t HostReader::available() const {
  return this->image_ == nullptr ? 0 : this->image_->get_data_length() - this->offset_;
}

uint8_t *HostReader::peek_data_buffer() { return this->image_->get_data_buffer() + this->offset_; }

void GcamHostCamera::use_folder(const char *name) { wanted_folder = name; }

void GcamHostCamera::setup() {
  if (const char *folder = std::getenv("GCAM_HOST_PICTURES"); folder != nullptr)
    this->folder_ = folder;
  if (const char *fps = std::getenv("GCAM_HOST_FPS"); fps != nullptr)
    this->set_most_fps(std::strtof(fps, nullptr));
  if (const char *most = std::getenv("GCAM_HOST_MOST"); most != nullptr)
    this->most_ = std::strtoul(most, nullptr, 10);
  if (const char *moves = std::getenv("GCAM_HOST_MOVES"); moves != nullptr)
    this->moves_ = moves;
  this->ready_us_ = steady_us();
  this->load_();
}

std::string GcamHostCamera::below_(const std::string &name) const {
  std::error_code error;
  const std::string below = this->folder_ + "/" + name;
  return std::filesystem::is_directory(below, error) ? below : this->folder_;
}

static std::vector<std::vector<uint8_t>> jpegs_in(const std::string &folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> paths;
  for (const auto &entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".jpg")
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::vector<uint8_t>> jpegs;
  for (const auto &path : paths) {
    std::ifstream file(path, std::ios::binary);
    jpegs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return jpegs;
}

void GcamHostCamera::load_() {
  this->pictures_ = jpegs_in(this->below_(wanted_folder));
  if (!this->moves_.empty())
    this->moving_ = jpegs_in(this->below_("moves"));
  if (this->pictures_.empty())
    ESP_LOGE(TAG, "No JPEG in %s", this->folder_.c_str());
  this->next_ = 0;
  used_folder = wanted_folder;
}

void GcamHostCamera::dump_config() {
  ESP_LOGCONFIG(TAG, "Camera of a folder: %u JPEGs of %s", static_cast<unsigned>(this->pictures_.size()),
                this->folder_.c_str());
}

void GcamHostCamera::loop() {
  const uint64_t now_us = steady_us();
  if (used_folder != wanted_folder)
    this->load_();
  if (this->image_ != nullptr && this->image_.use_count() == 1) {
    this->image_.reset();
    this->ready_us_ = std::max(this->ready_us_ + this->frame_us_, now_us);
  }
  if (this->image_ != nullptr || (this->single_ | this->streams_) == 0 || this->pictures_.empty())
    return;
  if (now_us < this->ready_us_ || now_us - this->handed_us_ <= this->interval_ms_ * 1000ULL ||
      this->given_ >= this->most_)
    return;
  this->play_(now_us);
}

const std::vector<uint8_t> &GcamHostCamera::jpeg_() const {
  const bool moves = this->next_ < this->moving_.size() && ::access(this->moves_.c_str(), F_OK) == 0;
  return (moves ? this->moving_ : this->pictures_)[this->next_];
}

void GcamHostCamera::play_(uint64_t now_us) {
  this->image_ =
      std::make_shared<HostImage>(this->jpeg_(), this->ready_us_, static_cast<uint8_t>(this->single_ | this->streams_));
  this->next_ = (this->next_ + 1) % this->pictures_.size();
  this->given_++;
  this->single_ = 0;
  this->handed_us_ = now_us;
  for (auto *listener : this->listeners_)
    listener->on_camera_image(this->image_);
}

void GcamHostCamera::start_stream(camera::CameraRequester requester) {
  this->streams_ |= 1 << requester;
  for (auto *listener : this->listeners_)
    listener->on_stream_start();
}

void GcamHostCamera::stop_stream(camera::CameraRequester requester) {
  this->streams_ &= ~(1 << requester);
  for (auto *listener : this->listeners_)
    listener->on_stream_stop();
}

}  // namespace esphome::gcam_host_camera
#endif
