#pragma once

#ifdef USE_HOST
#include "esphome/components/camera/camera.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace esphome::gcam_host_camera {

/// One JPEG of a folder.
class HostImage : public camera::CameraImage {
 public:
  HostImage(const std::vector<uint8_t> &jpeg, uint64_t taken_us, uint8_t requesters)
      : jpeg_(jpeg), taken_us_(taken_us), requesters_(requesters) {}

  uint8_t *get_data_buffer() override { return this->jpeg_.data(); }
  size_t get_data_length() override { return this->jpeg_.size(); }
  bool was_requested_by(camera::CameraRequester requester) const override {
    return (this->requesters_ & (1 << requester)) != 0;
  }
  /// Since it was taken.
  uint64_t age_us() const;

 protected:
  std::vector<uint8_t> jpeg_;
  uint64_t taken_us_;
  uint8_t requesters_;
};

class HostReader : public camera::CameraImageReader {
 public:
  void set_image(std::shared_ptr<camera::CameraImage> image) override;
  size_t available() const override;
  uint8_t *peek_data_buffer() override;
  void consume_data(size_t consumed) override { this->offset_ += consumed; }
  void return_image() override { this->image_.reset(); }

 protected:
  std::shared_ptr<camera::CameraImage> image_;
  size_t offset_{0};
};

/// Plays the JPEGs of a folder as ESPHome's esp32_camera gives a sensor's: one at a time, the next one only when
/// nobody holds the last, and that one taken as soon as the last was given back, however long ago.
class GcamHostCamera final : public camera::Camera {
 public:
  void set_folder(const char *folder) { this->folder_ = folder; }
  void set_most_fps(float fps) { this->frame_us_ = static_cast<uint64_t>(1e6f / fps); }
  /// At least so much between two that are handed out.
  void set_interval(uint32_t interval_ms) { this->interval_ms_ = interval_ms; }
  /// Pictures of this one below the folder, where there is one.
  static void use_folder(const char *name);

  void setup() override;
  void loop() override;
  void dump_config() override;

  void add_listener(camera::CameraListener *listener) override { this->listeners_.push_back(listener); }
  camera::CameraImageReader *create_image_reader() override { return new HostReader; }
  void request_image(camera::CameraRequester requester) override { this->single_ |= 1 << requester; }
  void start_stream(camera::CameraRequester requester) override;
  void stop_stream(camera::CameraRequester requester) override;

 protected:
  void load_();
  /// That folder below the one of the pictures; without it, that one.
  std::string below_(const std::string &name) const;
  /// Of the next picture.
  const std::vector<uint8_t> &jpeg_() const;
  void play_(uint64_t now_us);

  std::string folder_;
  /// While this file is there, something moves.
  std::string moves_;
  std::vector<std::vector<uint8_t>> pictures_;
  std::vector<std::vector<uint8_t>> moving_;
  std::vector<camera::CameraListener *> listeners_;
  std::shared_ptr<HostImage> image_;
  uint64_t frame_us_{66667};
  /// When the picture that is ready, or will be, is taken.
  uint64_t ready_us_{0};
  uint64_t handed_us_{0};
  uint32_t interval_ms_{0};
  size_t next_{0};
  size_t given_{0};
  size_t most_{SIZE_MAX};
  uint8_t single_{0};
  uint8_t streams_{0};
};

}  // namespace esphome::gcam_host_camera
#endif
