// link_writer.cpp
