-- What belongs to the deployment (README, wire contract 4). A deployment that has it already keeps its own.
CREATE TABLE Users (Id VARCHAR(100) PRIMARY KEY, Phone VARCHAR(100) NOT NULL, Password VARCHAR(100) NOT NULL,
                    Name VARCHAR(100) NOT NULL, Image MEDIUMTEXT NOT NULL) ENGINE = InnoDB CHARACTER SET utf8mb4;

CREATE PROCEDURE UpdateRecord(IN inputId VARCHAR(100), IN inputPhone VARCHAR(100), IN inputPassword VARCHAR(100),
                              IN inputName VARCHAR(100), IN inputImage MEDIUMTEXT)
  UPDATE Users SET Phone = inputPhone, Password = inputPassword, Name = inputName, Image = inputImage WHERE Id = inputId;
